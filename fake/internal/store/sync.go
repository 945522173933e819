package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// syncFolder makes the names of the files in a folder durable. Without it, a renamed file can have its old content
// after a power failure. Folders that cannot be opened or synced are left alone.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return nil // it may be written without being read, and some systems open no folders
	}
	return errors.Join(unlessUnsupported(folder.Sync()), folder.Close())
}

// unlessUnsupported returns the error of a sync, unless it says that folders cannot be synced here.
func unlessUnsupported(err error) error {
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// Package access finds the files that users name, and explains why one cannot be read or written: a mounted file often
// belongs to another user than the one of the container.
package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ToRead adds to an error of reading a file, if permission is denied, as which user the process runs and what to do.
func ToRead(err error, path string) error {
	return explain(err, os.Geteuid(), func(int) string {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrPermission) {
			return "let it enter the folders of the file (chmod a+x)"
		}
		return "make the file readable for it (chmod a+r " + path + ")"
	})
}

// ToWrite does so for a file that the process alone reads and writes, and that it replaces in its folder. Others must
// not read the file, because it contains secrets.
func ToWrite(err error, path string) error {
	return explain(err, os.Geteuid(), func(uid int) string {
		return fmt.Sprintf("give it the file and the folder %s (chown %d)", filepath.Dir(path), uid)
	})
}

// ResolveLinks returns the file that symbolic links lead to, whether or not it exists.
func ResolveLinks(path string) (string, error) {
	for range 40 {
		target, err := os.Readlink(path)
		if err != nil {
			return path, nil // not a link
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", fmt.Errorf("%s leads through too many symbolic links", path)
}

// explain returns the error with a fix for the user. On Windows, uid is -1, and files have other permissions.
func explain(err error, uid int, fix func(uid int) string) error {
	if uid < 0 || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return fmt.Errorf("%w; pipesfake runs as uid %d: %s", err, uid, fix(uid))
}

// Package statefile is the simplest store: a file that is written whole. It is for programs that embed the fake and
// keep little in it; nothing keeps two processes from using one file. Its first line is a header with a checksum, and
// the second one has the parts of all environments.
package statefile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"

	"example.com/pipesfake/internal/access"
	"example.com/pipesfake/internal/oldstate"
)

// format is the version of the format that is read and written.
const format = 3

// header is the first line.
type header struct {
	Format int    `json:"pipesfake_state"`
	SHA256 string `json:"sha256"` // of the other line
}

// content has the parts of each environment, by name.
type content map[string]map[string]json.RawMessage

// File is a store in a file. It is safe for concurrent use.
type File struct {
	path string // with symbolic links resolved

	mu      sync.Mutex
	content content
	damaged error // nil: the file could be read
}

// Open reads a file, which need not exist, and writes it. Of a file of format 2 it keeps a copy as FILE.bak. A file
// that is damaged is found out by Environments and Load.
func Open(path string) (*File, error) {
	resolved, err := access.ResolveLinks(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: resolved, content: content{}}
	text, err := read(resolved)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, access.ToWrite(f.write(), path)
	case err != nil:
		return nil, access.ToRead(err, path)
	case oldstate.IsOld(text):
		if f.damaged = f.importOld(text); f.damaged != nil {
			return f, nil
		}
		if err := os.WriteFile(resolved+".bak", text, 0o600); err != nil {
			return nil, access.ToWrite(err, path)
		}
		return f, access.ToWrite(f.write(), path)
	}
	f.content, f.damaged = parse(text)
	return f, nil
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory, not a file", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is a pipe, a device or a socket, not a file", path)
	}
	return os.ReadFile(path)
}

// parse reads the text of a file. Its error says what is wrong with it.
func parse(text []byte) (content, error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var head header
	if err := json.Unmarshal(first, &head); err != nil {
		return nil, fmt.Errorf("its first line is not that of a state file: %w", err)
	}
	if head.Format != format {
		return nil, fmt.Errorf("its format is %d; this pipesfake reads %d", head.Format, format)
	}
	var made content
	if sum := fmt.Sprintf("%x", sha256.Sum256(rest)); sum != head.SHA256 {
		return nil, errors.New("it is damaged: its content is not what was written")
	}
	return made, json.Unmarshal(rest, &made)
}

func (f *File) importOld(text []byte) error {
	environments, err := oldstate.Read(text)
	if err != nil {
		return err
	}
	for name, parts := range environments {
		f.content.put(name, parts)
	}
	return nil
}

func (c content) put(environment string, parts map[string][]byte) {
	if c[environment] == nil {
		c[environment] = map[string]json.RawMessage{}
	}
	for name, text := range parts {
		c[environment][name] = text
	}
}

// Path returns the path of the file, with symbolic links resolved.
func (f *File) Path() string { return f.path }

// Environments lists the names of the environments in the file, in order. It fails if the file is damaged.
func (f *File) Environments(context.Context) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.content)), f.damaged
}

// Load returns the parts of an environment by name.
func (f *File) Load(_ context.Context, environment string) (map[string][]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	parts := map[string][]byte{}
	for name, text := range f.content[environment] {
		parts[name] = text
	}
	return parts, f.damaged
}

// Save puts and removes parts of an environment, and writes the file.
func (f *File) Save(_ context.Context, environment string, replace bool, put map[string][]byte, remove []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if replace {
		delete(f.content, environment)
	}
	f.content.put(environment, put)
	for _, name := range remove {
		delete(f.content[environment], name)
	}
	return access.ToWrite(f.write(), f.path)
}

// Delete removes an environment, and writes the file.
func (f *File) Delete(_ context.Context, environment string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, exists := f.content[environment]; !exists {
		return nil
	}
	delete(f.content, environment)
	return access.ToWrite(f.write(), f.path)
}

// SetAside renames the file to a name that does not exist yet, which it returns, and goes on with an empty one.
func (f *File) SetAside(context.Context) (where string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := 1; ; i++ {
		where = fmt.Sprintf("%s.aside-%d", f.path, i)
		if _, err := os.Lstat(where); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err := os.Rename(f.path, where); err != nil {
		return "", err
	}
	f.content, f.damaged = content{}, nil
	return where, access.ToWrite(f.write(), f.path)
}

// Close has nothing to do: the file is written already.
func (f *File) Close() error { return nil }

// write writes a file beside the state file, and renames it to the state file, so that a reader finds either the old
// one or the new one. Only its owner may read it, because it contains secrets.
func (f *File) write() error {
	text, err := json.Marshal(f.content)
	if err != nil {
		return err
	}
	head, err := json.Marshal(header{format, fmt.Sprintf("%x", sha256.Sum256(text))})
	if err != nil {
		return err
	}
	path := f.path + ".new"
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	made, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = made.Write(slices.Concat(head, []byte("\n"), text))
	err = errors.Join(err, made.Sync(), made.Close())
	if err == nil {
		err = os.Rename(path, f.path)
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// IsSameFile reports whether two paths lead to one file, or whether writing the state file would overwrite the other.
func IsSameFile(state, other string) bool {
	there, err := os.Stat(other)
	state, err2 := access.ResolveLinks(state)
	if errors.Join(err, err2) != nil {
		return false
	}
	for _, end := range []string{"", ".new", ".bak"} {
		if one, err := os.Stat(state + end); err == nil && os.SameFile(one, there) {
			return true
		}
	}
	return false
}

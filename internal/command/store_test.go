package command

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"example.com/pipesfake/internal/storetest"
)

// Every store that cannot be used ends serve with 1, and a text that says what is wrong and what to do. It never
// contains a password.
func TestUnusableStores(t *testing.T) {
	t.Parallel()
	const password = "horse-battery"
	closed, open, newer, foreign := miniredis.RunT(t), miniredis.RunT(t), miniredis.RunT(t), miniredis.RunT(t)
	closed.RequireAuth("another-password")
	for server, format := range map[*miniredis.Miniredis]string{newer: "9", foreign: "wav"} {
		if err := server.Set("pipesfake:format", format); err != nil {
			t.Fatal(err)
		}
	}
	silent := listenSilently(t)
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	for name, text := range map[string]string{"text": "notes: 1\n", "old": `{"pipesfake_state":2,"sha256":"0"}`} {
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	used := serveWith(t, nil, "--addr", "127.0.0.1:0", "--state", in("used"))
	t.Cleanup(func() { used.end() })
	for name, c := range map[string]struct {
		state, thing, fix string
		flags             []string
	}{
		"another database":    {"mysql://u:" + password + "@host/0", "the scheme", "write redis://", nil},
		"http":                {"http://" + open.Addr(), "the scheme of the address", "redis, rediss, valkey", nil},
		"no host":             {"redis://:" + password + "@/0", "no host", "write redis://", nil},
		"nothing":             {"redis://", "no host", "write redis://", nil},
		"a port that is none": {"redis://host:" + password, "the port", "from 1 to 65535", nil},
		"a port too high":     {"redis://u:" + password + "@host:65536", "the port", "from 1 to 65535", nil},
		"a slash in it":       {"redis://u:" + password + "/@host:1/0", "behind a /", "write / as %2F", nil},
		"an @ behind":         {"redis://host:1/0?u:" + password + "@", "behind a /", "@ as %40", nil},
		"a bad escape":        {"redis://u:" + password + "%zz@host:1", "cannot be read", "as %XX", nil},
		"a space":             {"redis://u u:" + password + "@ho st:1", "cannot be read", "as %XX", nil},
		"a fragment":          {"redis://:" + password + "@host:1/0#x", "# part", "# as %23", nil},
		"a database's name":   {"redis://:" + password + "@host:1/db", "the database", "a number such as 0", nil},
		"a negative database": {"redis://:" + password + "@host:1/-1", "the database", "a number such as 0", nil},
		"two databases":       {"redis://:" + password + "@host:1/0/1", "the database", "a number such as 0", nil},
		"a typo":              {"redis://:" + password + "@host:1?prefex=a", "prefex", "there are prefix", nil},
		"a bad prefix":        {"redis://:" + password + "@host:1?prefix=a%20b", "prefix", "letters", nil},
		"an empty prefix":     {"redis://:" + password + "@host:1?prefix=", "prefix", "letters", nil},
		"two prefixes":        {"redis://host:1?prefix=a&prefix=b", `parameter "prefix"`, "twice", nil},
		"a bad timeout":       {"redis://:" + password + "@host:1?read_timeout=soon", "read_timeout", "duration", nil},
		"skip_verify":         {"redis://:" + password + "@host:1?skip_verify=true", "skip_verify", "rediss://", nil},
		"a wrong password":    {"redis://:" + password + "@" + closed.Addr(), closed.Addr(), "password", nil},
		"a wrong user":        {"redis://u:" + password + "@" + closed.Addr(), closed.Addr(), "password", nil},
		"no password":         {"redis://" + closed.Addr(), closed.Addr(), "write it in the address", nil},
		"nobody":              {"redis://:" + password + "@127.0.0.1:1", "127.0.0.1:1", "start it", nil},
		"nobody replies":      {"redis://:" + password + "@" + silent + "?read_timeout=50ms", silent, "see that", nil},
		"TLS to none":         {"rediss://" + open.Addr() + "?dial_timeout=1s", open.Addr(), "write redis://", nil},
		"a later format":      {"redis://" + newer.Addr(), "format 9", "use a later release, or another prefix", nil},
		"another program":     {"redis://" + foreign.Addr(), "pipesfake:format", "name another prefix", nil},
		"a folder":            {folder, folder, "name a file", nil},
		"no folder":           {in("none/state"), in("none/state"), "make the folder first", nil},
		"an old damaged file": {in("old"), in("old"), "move it away", nil},
		"a file that is used": {in("used"), in("used"), "end that one", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectUnusable(t, c.state, []string{c.thing, c.fix}, c.flags...)
		})
	}
}

// The same of mistakes that only the real server finds.
func TestUnusableRedis(t *testing.T) {
	t.Parallel()
	address := storetest.StartRedis(t, "--databases", "4")
	client := redis.NewClient(&redis.Options{Addr: address})
	defer client.Close()
	if err := client.LPush(t.Context(), "list:format", "3").Err(); err != nil {
		t.Fatal(err)
	}
	expectUnusable(t, storetest.Patiently("redis://"+address+"/4"), []string{address, "no database 4"})
	expectUnusable(t, storetest.Patiently("redis://"+address+"?prefix=list"), []string{address, "name another prefix"})
	if err := client.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	expectUnusable(t, storetest.Patiently("redis://"+address+"?prefix=full"), []string{address, "give it more memory"})
}

// expectUnusable starts a server with a store that cannot be used.
func expectUnusable(t *testing.T, state string, says []string, flags ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // ends it if it starts
	defer cancel()
	var stdout, errors bytes.Buffer
	code := Run(ctx, process(nil, &stdout, &errors, append([]string{"serve", "--addr", "127.0.0.1:0", "--state", state},
		flags...)...))
	stderr := errors.String()
	if code != 1 || stdout.Len() > 0 || strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "horse") {
		t.Errorf("%s: it ends with %d: %s%s", state, code, &stdout, stderr)
	}
	for _, text := range says {
		if !strings.Contains(stderr, text) {
			t.Errorf("%s: it says %q, without %q", state, stderr, text)
		}
	}
}

// listenSilently returns the address of a listener that never replies.
func listenSilently(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// A file that is no state file is set aside, not overwritten. A text is not even set aside.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) (path string) {
		path = filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	picture := write("picture", "\x89PNG\x00")
	s := serveWith(t, nil, "--addr", "127.0.0.1:0", "--state", picture)
	if code := s.end(); code != 0 || !strings.Contains(s.stderr.String(), picture+".damaged") {
		t.Errorf("it ends with %d: %s", code, &s.stderr)
	}
	if text, err := os.ReadFile(picture + ".damaged"); err != nil || string(text) != "\x89PNG\x00" {
		t.Errorf("it is set aside as %q (%v)", text, err)
	}
	notes := write("notes", "notes: 1\n")
	code, _, stderr := run(t, nil, "--addr", "127.0.0.1:0", "--state", notes)
	if code != 1 || !strings.Contains(stderr, notes+" is a text, not a state file: name another file") {
		t.Errorf("it ends with %d: %s", code, stderr)
	}
	if text, err := os.ReadFile(notes); err != nil || string(text) != "notes: 1\n" {
		t.Errorf("the text is %q (%v)", text, err)
	}
}

package statefile

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t *testing.T, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What is saved is found by the next process, all of it and nothing else.
func TestParts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	f := open(t, path)
	for _, step := range []struct {
		environment string
		replace     bool
		put         map[string][]byte
		remove      []string
	}{
		{"one", true, map[string][]byte{"head": []byte(`1`), "a": []byte(`"a"`)}, nil},
		{"two", true, map[string][]byte{"head": []byte(`2`)}, nil},
		{"one", false, map[string][]byte{"b": []byte(`{"c":null}`)}, []string{"a"}},
		{"two", true, map[string][]byte{"other": []byte(`[]`)}, nil},
		{"three", true, map[string][]byte{"head": []byte(`3`)}, nil},
	} {
		if err := f.Save(t.Context(), step.environment, step.replace, step.put, step.remove); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"three", "nobody"} {
		if err := f.Delete(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	names, err := again.Environments(t.Context())
	if err != nil || strings.Join(names, " ") != "one two" {
		t.Errorf("it has %q (%v)", names, err)
	}
	for name, want := range map[string]string{
		"one": `map[b:{"c":null} head:1]`, "two": `map[other:[]]`, "three": `map[]`,
	} {
		parts, err := again.Load(t.Context(), name)
		shown := map[string]string{}
		for part, text := range parts {
			shown[part] = string(text)
		}
		if got := fmt.Sprint(shown); err != nil || got != want {
			t.Errorf("%s has %s, not %s (%v)", name, got, want, err)
		}
	}
}

// A file of format 2 is imported, and kept beside. A damaged one is found out when it is read, and can be set aside.
func TestOldFiles(t *testing.T) {
	t.Parallel()
	line := `{"Environment":"default","Saved":{"Words":3}}` + "\n"
	sum := sha256.Sum256([]byte(line))
	good := fmt.Sprintf(`{"pipesfake_state":2,"sha256":"%x"}`+"\n%s", sha256.Sum256(sum[:]), line)
	folder := t.TempDir()
	for name, text := range map[string]string{"good": good, "damaged": strings.Replace(good, "3", "4", 1)} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f := open(t, path)
		parts, err := f.Load(t.Context(), "default")
		kept, _ := os.ReadFile(path + ".bak")
		switch name {
		case "good":
			if err != nil || string(parts["head"]) != `{"Words":3}` || string(kept) != text {
				t.Errorf("it has %q, and beside it is %q (%v)", parts, kept, err)
			}
		case "damaged":
			if err == nil {
				t.Error("a damaged file can be read")
			}
			where, err := f.SetAside(t.Context())
			aside, _ := os.ReadFile(where)
			if names, err2 := f.Environments(t.Context()); err != nil || err2 != nil || len(names) > 0 ||
				string(aside) != text {
				t.Errorf("it was set aside as %q, and left %q (%v, %v)", aside, names, err, err2)
			}
		}
	}
}

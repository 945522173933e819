package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The SDK snippets of the README and of docs run as they are, except for the port.
func TestSnippets(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, page := range append(pages, "../README.md") {
		read, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(read)
	}
	port := regexp.MustCompile(`\d+$`).FindString(startBinary(t))
	for language, c := range map[string]struct{ folder, interpreter, file, prints string }{
		"js":     {"node", "node_modules/.bin/node", "readme-*.mjs", "gho_fake_"},
		"python": {"python", ".venv/bin/python", "readme-*.py", "gho_fake_"},
		"java":   {".", "java", "readme-*.java", "gho_fake_"},
	} {
		fenced := regexp.MustCompile("(?ms)^```" + language + " run\n(.*?)^```$")
		snippets := fenced.FindAllStringSubmatch(text.String(), -1)
		if len(snippets) == 0 {
			t.Errorf("no page has %s", language)
		}
		for _, snippet := range snippets {
			script, err := os.CreateTemp(c.folder, c.file) // in the folder, where Node looks for its modules
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Remove(script.Name()) })
			if _, err := script.WriteString(strings.ReplaceAll(snippet[1], "4101", port)); err != nil ||
				script.Close() != nil {
				t.Fatal(err)
			}
			command := exec.Command(c.interpreter, filepath.Base(script.Name()))
			command.Dir = c.folder
			output, err := command.CombinedOutput()
			if err != nil || !strings.Contains(string(output), c.prints) {
				t.Errorf("%s (%v; e2e/setup.sh installs the SDKs):\n%s\nprints:\n%s", language, err, snippet[1], output)
			}
		}
	}
}

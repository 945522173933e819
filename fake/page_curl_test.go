package fake_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// A curl command that the page offers to copy is one command, whatever applications sent: a shell splits it into the
// intended words, and runs nothing else.
func TestCurlCommandsOfThePageInAShell(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	run := func(line string) []string {
		out, err := exec.Command(shell, "-c", `curl() { for word; do printf '%s\0' "$word"; done; }; `+line).Output()
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	copied := regexp.MustCompile(`(?s)<code id="(?:curl|did)"[^>]*>(.*?)</code>`)
	w := start(t, fake.WithControlToken("it's"))
	for _, one := range []struct{ method, path, body string }{
		{
			"POST",
			"/data-integrations/'$(echo%20oops)'/token?a='%3Becho+oops%3B'",
			"@it's \"$(echo oops)\"\n`echo oops` \\",
		},
		{"A'B|`echo", "/nowhere/x", ""},
	} {
		connection, err := net.Dial("tcp", strings.TrimPrefix(w.URL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(connection, "%s %s HTTP/1.1\r\n"+
			"Host: app\r\n"+
			"Authorization: Bearer sk_test\r\n"+
			"Content-Length: %d\r\n"+
			"Connection: close\r\n"+
			"\r\n"+
			"%s", one.method, one.path, len(one.body), one.body)
		_, _ = io.ReadAll(connection)
		connection.Close()
		page := w.do("GET", "/_ui/requests/"+w.Requests()[len(w.Requests())-1].ID, "", "X-Pipesfake-Token", "it's")
		found := copied.FindStringSubmatch(string(page.body))
		if found == nil {
			t.Fatalf("%d: no command in %s", page.status, page.body)
		}
		words := []string{"-X", one.method, "http://app" + one.path, "-H", "Authorization: Bearer sk_test"}
		if one.body != "" {
			words = append(words, "-H", "Content-Type: application/json", "--data-raw", one.body)
		}
		expect(t, one.path, strings.Join(run(html(found[1])), "\n"), strings.Join(words, "\n"))
	}
	form := url.Values{"way": {"hang"}, "user_id": {"a'b;echo oops"}, "back": {"/_ui/"}}
	page := w.do("GET", w.press("fault", form, "X-Pipesfake-Token", "it's"), "", "X-Pipesfake-Token", "it's")
	line := html(copied.FindStringSubmatch(string(page.body))[1])
	words := []string{
		"-X", "POST", w.URL() + "/_control/faults", "-H", "X-Pipesfake-Token: the token", "-d",
		`{"hang":true,"user_id":"a'b;echo oops"}`,
	}
	expect(t, "a control call", strings.Join(run("PIPESFAKE_CONTROL_TOKEN='the token'; "+line), "\n"),
		strings.Join(words, "\n"))
}

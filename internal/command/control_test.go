package command

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// token asks for the token of a user in an environment.
func token(t *testing.T, url, environment, user string) {
	t.Helper()
	request, err := http.NewRequest("POST", url+"/data-integrations/github/token",
		strings.NewReader(`{"user_id": "`+user+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer sk_env_"+environment)
	response, err := checked(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}

// The commands that steer a running server, one after the other as a tester would type them.
func TestCommandsForARunningServer(t *testing.T) {
	t.Parallel()
	server := serveWith(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "--addr", "127.0.0.1:0")
	addr := strings.TrimPrefix(server.url(), "http://")
	token(t, server.url(), "one", "user_1")
	variables := map[string]string{"PIPESFAKE_ADDR": addr, "PIPESFAKE_CONTROL_TOKEN": "t",
		"PIPESFAKE_ENVIRONMENT": "one", "PIPESFAKE_USER": "user_of_the_shell"}
	for _, c := range []struct{ command, says string }{
		{"state", "no switches: active is in force where nothing else decides"},
		{"switch expired --user user_1 --provider github --organization none --ttl 5m",
			`expired is in force for provider "github", user "user_1", no organization (switch 1) until 2`},
		{"switch needs_reauthorization", "needs_reauthorization is in force for everybody (switch 2)\n"},
		{`switch {"expires_in":"5m"} -organization org_1`, "an inline scenario is in force for organization"},
		{"switch active --json", `"covers": "everybody"`},
		{"state", "  needs_reauthorization for everybody (switch 2)\n"},
		{"state", "github    user_1"},
		{"state --json", `"environment": "one"`},
		{"state --environment two", "environment two at "},
		{"state --url http://" + addr + "/", "environment one"},
		{"requests", "  200  token github user_1  (active by start of scenarios.yaml"},
		{"requests --json --limit 1", `"next": null`},
		{"reset", "environment one is back at the start of scenarios.yaml, which is active\n"},
		{"requests --json", `"requests": []`},
		{"reset --json", `"environment": "one"`},
		{"__complete switch need", "needs_reauthorization\tConnected once"},
	} {
		code, stdout, stderr := run(t, variables, strings.Fields(c.command)...)
		if code != 0 || !strings.Contains(stdout, c.says) {
			t.Errorf("%s: %d %s%s\nwant %s", c.command, code, stdout, stderr, c.says)
		}
	}
}

func TestRequestsAreFollowed(t *testing.T) {
	t.Parallel()
	server := serveWith(t, nil, "--addr", "127.0.0.1:0")
	token(t, server.url(), "default", "user_1")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stdout, stderr output
	first := stdout.nextLine()
	done := make(chan int)
	args := []string{"requests", "--follow", "--json", "--environment", "default", "--url", server.url()}
	go func() { done <- Run(ctx, process(nil, &stdout, &stderr, args...)) }()
	<-first
	second := stdout.nextLine()
	token(t, server.url(), "default", "user_2")
	<-second
	server.end()
	if code := <-done; code != 1 || !strings.Contains(stderr.String(), "the stream ended: the server stopped") {
		t.Errorf("it ended with %d: %s", code, &stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("it printed %q", lines)
	}
	for i, user := range []string{"user_1", "user_2"} {
		var request struct {
			UserID string `json:"user_id"`
		}
		if err := json.Unmarshal([]byte(lines[i]), &request); err != nil || request.UserID != user {
			t.Errorf("line %d is %s (%v)", i+1, lines[i], err)
		}
	}
}

func TestControlErrors(t *testing.T) {
	t.Parallel()
	server := serveWith(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "--addr", "127.0.0.1:0")
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>"))
	}))
	defer page.Close()
	for name, c := range map[string]struct {
		args      string
		variables map[string]string
		code      int
		says      string
	}{
		"nobody": {"state --url http://127.0.0.1:1", nil, 1, `start one with "pipesfake serve"`},
		"nobody, by a variable": {"reset", map[string]string{"PIPESFAKE_URL": "http://127.0.0.1:1"}, 1,
			"pipesfake reset: no server responds at http://127.0.0.1:1 ("},
		"no scheme": {"state --url localhost:4101", nil, 2, `invalid value "localhost:4101" for --url`},
		"a bad address": {"state", map[string]string{"PIPESFAKE_ADDR": "x"}, 2,
			"set --url or PIPESFAKE_URL"},
		"another server":  {"state --url " + other.URL, nil, 1, "(404 Not Found), but not as pipesfake does"},
		"a page":          {"state --url " + page.URL, nil, 1, "without JSON"},
		"no token":        {"state --url " + server.url(), nil, 1, "Set --control-token or PIPESFAKE_CONTROL_TOKEN."},
		"no scenario":     {"switch", nil, 2, "name one scenario to switch to"},
		"two scenarios":   {"switch a b", nil, 2, "name one scenario to switch to"},
		"not JSON":        {"switch {", nil, 2, "neither a name nor JSON: {"},
		"a limit of none": {"requests --limit 0", nil, 2, "--limit must be 1 to 1000, not 0"},
		"an argument":     {"reset everything", nil, 2, `it takes no arguments, but got "everything"`},
		"an unknown scenario": {"switch expird --control-token t --url " + server.url(), nil, 1,
			"did you mean expired?"},
		"a bad ttl": {"switch expired --ttl 5 --control-token t --url " + server.url(), nil, 1, "ttl"},
		"a bad environment": {"state --environment a/b --control-token t --url " + server.url(), nil, 1,
			"environment must be"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, stderr := run(t, c.variables, strings.Fields(c.args)...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("%d %s\nwant %s", code, stderr, c.says)
			}
		})
	}
}

func TestWhatATerminalCouldObeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	if got := printable("a\x1b[2Jb\nc"); got != "a�[2Jb�c" {
		t.Errorf("%q", got)
	}
}

package command

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "0.0.0.0:0")
	port := regexp.MustCompile(`:\d+$`).FindString(s.url())
	if code, _, stderr := run(t, map[string]string{"PIPESFAKE_ADDR": "0.0.0.0" + port}, "healthcheck"); code != 0 {
		t.Errorf("it ended with %d: %s", code, stderr)
	}
}

// The coverage command fails a build in which the suite received too few of the possible responses.
func TestCoverageInCI(t *testing.T) {
	t.Parallel()
	server := serveWith(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "--addr", "127.0.0.1:0")
	url := server.url()
	ask := func() {
		request, err := http.NewRequest("POST", url+"/data-integrations/github/token",
			strings.NewReader(`{"user_id": "u"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer sk_env_one")
		response, err := checked(t).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	ask()
	addr := strings.TrimPrefix(url, "http://")
	code, stdout, _ := run(t, nil, "coverage", "--addr", addr, "--control-token", "t", "--min", "1")
	if code != 0 || !strings.Contains(stdout, "| github | 1 | – |") {
		t.Errorf("it exits %d: %s", code, stdout)
	}
	code, _, stderr := run(t, map[string]string{"PIPESFAKE_CONTROL_TOKEN": "t"}, "coverage", "--addr", "x:1",
		"--control-addr", addr, "--min", "90")
	if code != 1 || !strings.Contains(stderr, "less than --min 90") {
		t.Errorf("below: it exits %d: %s", code, stderr)
	}
	if code, _, stderr := run(t, nil, "coverage", "--addr", addr); code != 1 || !strings.Contains(stderr, "401") {
		t.Errorf("without the token: it exits %d: %s", code, stderr)
	}
}

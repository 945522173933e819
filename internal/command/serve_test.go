package command

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pipesfake/scenarios"
)

func TestServeAnswersUntilItIsStopped(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0")
	url := s.url()
	status, body := get(t, url+"/health")
	if status != 200 || !strings.Contains(body, `"scenarios.yaml"`) {
		t.Errorf("health: %d %s", status, body)
	}
	if code := s.end(); code != 0 {
		t.Errorf("it ended with %d: %s", code, &s.stderr)
	}
	if response, err := http.Get(url + "/health"); err == nil {
		_ = response.Body.Close()
		t.Error("it still answers")
	}
}

// A browser that has the page open does not delay the end. Its stream ends properly and is not cut off.
func TestAnOpenPageEndsWithTheServer(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0")
	response, err := http.Get(s.url() + "/_control/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	s.end()
	if text, err := io.ReadAll(response.Body); err != nil {
		t.Errorf("the stream ends with %v, after %q", err, text)
	}
}

// If the state cannot be written at the end, serve reports it and fails.
func TestAStateThatIsLost(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	s := serveWith(t, nil, "--addr", "127.0.0.1:0", "--state", filepath.Join(folder, "state"))
	_ = s.url()
	// The server may write at the same time: then the folder is not empty when it is to be removed.
	for os.RemoveAll(folder) != nil && t.Context().Err() == nil {
	}
	if code := s.end(); code != 1 || !strings.Contains(s.stderr.String(), "pipesfake: state: ") {
		t.Errorf("it ended with %d: %s", code, &s.stderr)
	}
}

func TestServePrintsItsAddressAsJSON(t *testing.T) {
	t.Parallel()
	variables := map[string]string{"PIPESFAKE_LOG": "json"}
	s := serveWith(t, variables, "--addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0")
	var line struct {
		Msg, Addr, URL, Scenarios string
		ControlURL                string `json:"control_url"`
	}
	if err := json.Unmarshal([]byte(s.firstLine()), &line); err != nil {
		t.Fatal(err)
	}
	if line.Msg != "listening" || line.URL != "http://"+line.Addr || line.Scenarios != "scenarios.yaml" {
		t.Errorf("it says %+v", line)
	}
	for url, want := range map[string]int{
		line.URL + "/health": 200, line.URL + "/_control/state": 501,
		line.ControlURL + "/health": 200, line.ControlURL + "/_control/state": 200,
	} {
		if status, body := get(t, url); status != want {
			t.Errorf("%s: %d %s", url, status, body)
		}
	}
}

func TestVerboseSaysWhy(t *testing.T) {
	t.Parallel()
	s := serveWith(t, nil, "--addr", "127.0.0.1:0", "--verbose")
	url := s.url()
	for _, key := range []string{"Bearer sk_test", "Basic secret"} {
		request, err := http.NewRequest("POST", url+"/data-integrations/github/token",
			strings.NewReader(`{"user_id": "user_demo_stale"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", key)
		response, err := checked(t).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	s.end()
	for _, want := range []string{`status=200 reason="expired by scenarios.yaml:81:5" request_id=req_default_000001`,
		`status=401 reason="unauthorized: `} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("the log does not say %s:\n%s", want, &s.stderr)
		}
	}
	if strings.Contains(s.stderr.String(), "secret") {
		t.Error("the log has a secret")
	}
}

func TestTheTourDisturbsNobody(t *testing.T) {
	t.Parallel()
	set, err := scenarios.Load("scenarios.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if set.Start.Name != "active" || !set.Start.Builtin || set.Strict {
		t.Errorf("it starts as %+v", set.Start)
	}
	for _, c := range set.Connections() {
		if !strings.HasPrefix(c.User, "user_demo_") {
			t.Errorf("%s is touched", c.User)
		}
	}
}

// A server that a test runner started ends with the test runner, which holds the other end of its standard input.
func TestServeStopsWithItsInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		flags []string
		stops bool
	}{
		{"with the flag", []string{"--stop-with-stdin"}, true},
		{"without it", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			input, holder := io.Pipe()
			s := serveWithInput(t, input, nil, append([]string{"--addr", "127.0.0.1:0"}, test.flags...)...)
			if status, _ := get(t, s.url()+"/health"); status != 200 {
				t.Errorf("health: %d", status)
			}
			if err := holder.Close(); err != nil {
				t.Fatal(err)
			}
			if !test.stops {
				if status, _ := get(t, s.url()+"/health"); status != 200 {
					t.Errorf("health: %d", status)
				}
				s.stop()
			}
			if code := <-s.done; code != 0 {
				t.Errorf("it ended with %d: %s", code, &s.stderr)
			}
		})
	}
}

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// rows are cases by row of the table and name. A case is a list of steps, in an environment of its own.
type rows map[string]map[string][]step

// step is one of: a call of the SDK, a control call or any other request, the wait for a webhook. README.md has all
// keys. Strings in Arguments, Body, Result and Error may name values that were saved, as $name.
type step struct {
	Call       string         `yaml:"call"`      // service.method, as the Python SDK names it
	Arguments  map[string]any `yaml:"arguments"` // by the names of the API
	EveryPage  bool           `yaml:"every_page"`
	MaxRetries *int           `yaml:"max_retries"`
	TimeoutMS  int            `yaml:"timeout_ms"`

	Switch  any            `yaml:"switch"`  // a scenario by name, or the body of the switch
	Fault   map[string]any `yaml:"fault"`   // the body of the fault
	Advance string         `yaml:"advance"` // by which the clock is moved
	Request string         `yaml:"request"` // GET /path or POST http://…
	Body    any            `yaml:"body"`    // of the request
	Calls   map[string]int `yaml:"calls"`   // how many requests of an operation the fake received
	Receive bool           `yaml:"receive"` // waits for a webhook at $receiver

	Repeat int    `yaml:"repeat"`  // so often, with $n from 0
	Server string `yaml:"server"`  // lenient or strict
	APIKey string `yaml:"api_key"` // other than the case's own

	Result yaml.Node         `yaml:"result"`
	Error  map[string]any    `yaml:"error"`
	Save   map[string]string `yaml:"save"` // name → path in the result
}

// sharedCases reads all files of the folder cases: every case of a row, whatever file it is in. From every_call.yaml,
// a valid call or more of each row, it makes the cases of the keys that no call accepts.
func sharedCases(t *testing.T) rows {
	t.Helper()
	files, err := filepath.Glob("cases/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := rows{}
	for _, file := range files {
		if filepath.Base(file) == "every_call.yaml" {
			var calls map[string][]step
			decodeFile(t, file, &calls)
			for row, steps := range calls {
				all.add(t, file, rows{row: everyError(steps)})
			}
			continue
		}
		var some rows
		decodeFile(t, file, &some)
		all.add(t, file, some)
	}
	return all
}

func (r rows) add(t *testing.T, file string, some rows) {
	t.Helper()
	for row, cases := range some {
		if r[row] == nil {
			r[row] = map[string][]step{}
		}
		for name, steps := range cases {
			if r[row][name] != nil {
				t.Fatalf("%s: %s/%s is there twice", file, row, name)
			}
			r[row][name] = steps
		}
	}
}

// everyError makes the cases of what any call may fail with. Each call has its own, because an SDK may lack one of them.
func everyError(calls []step) map[string][]step {
	cases := map[string][]step{}
	for i, call := range calls {
		suffix := ""
		if len(calls) > 1 {
			_, method, _ := strings.Cut(call.Call, ".")
			suffix = fmt.Sprintf("_%s_%d", method, i+1)
		}
		refuse := func(name, key string, answer map[string]any) {
			refused := call
			refused.APIKey, refused.Error = key, answer
			cases[name+suffix] = []step{refused}
		}
		refuse("error_401_wrong_key", "pk_fake",
			map[string]any{"status": 401, "code": "unauthorized", "message": "~does not begin with sk_"})
		refuse("error_403_live_key", "sk_live_fake",
			map[string]any{"status": 403, "code": "live_key", "message": "~live key.*pipesfake"})
	}
	return cases
}

// An SDK may lack one call of a row: each call has a case of its own.
func TestEveryErrorIsACase(t *testing.T) {
	t.Parallel()
	one, two := step{Call: "pipes.get"}, step{Call: "pipes.update"}
	for name, c := range map[string]struct {
		calls []step
		want  []string
	}{
		"one call": {[]step{one}, []string{"error_401_wrong_key", "error_403_live_key"}},
		"the same twice": {[]step{one, one}, []string{
			"error_401_wrong_key_get_1", "error_401_wrong_key_get_2", "error_403_live_key_get_1", "error_403_live_key_get_2",
		}},
		"different calls": {[]step{one, two}, []string{
			"error_401_wrong_key_get_1", "error_401_wrong_key_update_2", "error_403_live_key_get_1",
			"error_403_live_key_update_2",
		}},
	} {
		got := everyError(c.calls)
		if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, c.want) {
			t.Errorf("%s: got %q, want %q", name, names, c.want)
		}
		for name, steps := range got {
			if len(steps) != 1 || steps[0].APIKey == "" || steps[0].Error == nil {
				t.Errorf("%s has %d steps, or no error", name, len(steps))
			}
		}
	}
}

// with returns the cases with others in place of those of the same name, or besides.
func (r rows) with(others rows) rows {
	all := rows{}
	for _, some := range []rows{r, others} {
		for row, cases := range some {
			if all[row] == nil {
				all[row] = map[string][]step{}
			}
			maps.Copy(all[row], cases)
		}
	}
	return all
}

// testCases runs all cases through one process of the runner.
func (s sdk) testCases(t *testing.T, lenient, strict string) {
	runner := s.startRunner(t)
	used := map[string]bool{}
	all := sharedCases(t).with(s.Cases)
	skipped := 0 // by the flag -run
	for _, row := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[row])) {
			if len(all[row][name]) == 0 {
				continue // the SDK has taken it out
			}
			skipped++
			t.Run(row+"/"+name, func(t *testing.T) {
				skipped--
				key := fmt.Sprintf("sk_env_%s_%s_%s", s.name, row, name)
				p := newPlayer(s, runner, used, lenient, strict, key)
				lacks, err := p.play(t, all[row][name])
				if lacks != "" {
					t.Skipf("the SDK has no %s: %s", lacks, s.Without[lacks])
				}
				results.add(s.name, row, err == nil)
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	if t.Failed() || skipped > 0 {
		return
	}
	for what := range s.Without {
		if !used[what] {
			t.Errorf("%s/sdk.yaml: no case noticed that the SDK is without %q: take it out", s.name, what)
		}
	}
}

// runner is the program of an SDK that reads calls in JSON, one a line, and writes what came of each.
type runner struct {
	in     io.Writer
	out    *bufio.Reader
	stderr *bytes.Buffer
	broken bool
}

// question is what the runner reads.
type question struct {
	Call       string `json:"call"`
	Arguments  any    `json:"arguments"`
	EveryPage  bool   `json:"every_page"` // all items, from as many pages as there are
	URL        string `json:"url"`
	APIKey     string `json:"api_key"`
	MaxRetries *int   `json:"max_retries"` // null: as the SDK does by itself
	TimeoutMS  int    `json:"timeout_ms"`  // 0: as the SDK does by itself
}

// answer is what the runner writes.
type answer struct {
	Result any            `json:"result"`
	Error  map[string]any `json:"error"`
	// "operation service.method", "argument service.method name" or, if the SDK demands what the API does not,
	// "optional argument service.method name"
	Unsupported string `json:"unsupported"`
}

func (s sdk) startRunner(t *testing.T) *runner {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	command := s.command(ctx, s.Runner)
	r := &runner{stderr: &bytes.Buffer{}}
	command.Stderr = r.stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.in, r.out = in, bufio.NewReader(out)
	if err := command.Start(); err != nil {
		t.Fatalf("%v: run e2e/setup.sh", err)
	}
	t.Cleanup(func() {
		defer cancel()
		_ = in.Close()
		r.end(t, command)
	})
	return r
}

// end waits for the runner, which ends by itself when there are no more calls.
func (r *runner) end(t *testing.T, command *exec.Cmd) {
	if err := command.Wait(); err != nil {
		t.Errorf("the runner: %v\n%s", err, r.stderr)
	}
}

func (r *runner) ask(t *testing.T, q question) answer {
	t.Helper()
	if r.broken {
		t.Fatal("the runner has ended")
	}
	line, err := json.Marshal(q)
	if err == nil {
		_, err = r.in.Write(append(line, '\n'))
	}
	var text string
	if err == nil {
		text, err = r.out.ReadString('\n')
	}
	var a answer
	if err == nil {
		err = json.Unmarshal([]byte(text), &a)
	}
	if err != nil {
		r.broken = true
		t.Fatalf("the runner said %q to %s: %v", strings.TrimSpace(text), line, err)
	}
	return a
}

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// player does the steps of a case.
type player struct {
	sdk    sdk
	runner *runner
	used   map[string]bool   // what the SDK is without, and a case has noticed
	urls   map[string]string // of the servers
	values values
	hooks  chan map[string]any // the webhooks that came to $receiver
}

func newPlayer(s sdk, r *runner, used map[string]bool, lenient, strict, key string) *player {
	p := &player{
		sdk: s, runner: r, used: used, urls: map[string]string{"": lenient, "strict": strict},
		hooks: make(chan map[string]any, 100),
	}
	p.values = values{
		now:   time.Now(),
		saved: map[string]any{"key": key, "other_key": key + "_other", "url": lenient},
		drops: func(field string) bool { return p.lacks("field " + field) },
	}
	return p
}

// play does the steps. If the SDK lacks what one needs, it tells what, and ends.
func (p *player) play(t *testing.T, steps []step) (lacks string, err error) {
	for i, s := range steps {
		if s.Receive || strings.Contains(fmt.Sprint(s.Arguments), "$receiver") {
			p.listen(t)
		}
		for n := range max(1, s.Repeat) {
			p.values.saved["n"] = n
			lacks, err := p.do(t, s)
			if err != nil {
				return "", fmt.Errorf("step %d: %w", i+1, err)
			}
			if lacks != "" {
				return lacks, nil
			}
		}
	}
	return "", nil
}

func (p *player) do(t *testing.T, s step) (lacks string, err error) {
	var result any
	switch {
	case s.Call != "":
		if result, lacks, err = p.call(t, s); lacks != "" || err != nil || s.Error != nil {
			return lacks, err
		}
	case s.Receive:
		select {
		case got := <-p.hooks:
			result = got
		case <-time.After(20 * time.Second):
			return "", errors.New("no webhook came")
		}
	case s.Calls != nil:
		return "", p.countCalls(s)
	default:
		if result, err = p.send(s.asRequest()); err != nil {
			return "", err
		}
	}
	if !s.Result.IsZero() {
		var want any
		if err := s.Result.Decode(&want); err != nil {
			return "", err
		}
		if err := p.values.compare(want, result, "result"); err != nil {
			return "", err
		}
	}
	return "", p.values.save(s.Save, result)
}

// call makes a call of the SDK, and checks its error. It returns the result of one that is to have none.
func (p *player) call(t *testing.T, s step) (result any, lacks string, err error) {
	for name := range s.Arguments {
		if what := "dropped argument " + s.Call + " " + name; p.lacks(what) {
			return nil, what, nil // the runner cannot tell
		}
	}
	arguments, err := p.values.expand(s.Arguments)
	if err != nil {
		return nil, "", err
	}
	got := p.runner.ask(t, question{
		Call: s.Call, Arguments: arguments, EveryPage: s.EveryPage, URL: p.urls[s.Server], APIKey: p.key(s),
		MaxRetries: s.MaxRetries, TimeoutMS: s.TimeoutMS,
	})
	switch {
	case got.Unsupported != "":
		if !p.lacks(got.Unsupported) {
			return nil, "", fmt.Errorf("the runner has no %s; if the SDK has none either, name it under without in "+
				"%s/sdk.yaml", got.Unsupported, p.sdk.name)
		}
		return nil, got.Unsupported, nil
	case s.Error != nil:
		if got.Error == nil {
			return nil, "", fmt.Errorf("%s succeeded with %v, want an error like %v", s.Call, got.Result, s.Error)
		}
		return nil, "", p.checkError(s.Error, got.Error)
	case got.Error != nil:
		return nil, "", fmt.Errorf("%s failed: %v", s.Call, got.Error)
	}
	return got.Result, "", nil
}

// lacks reports whether the SDK is said to be without something, which is noted.
func (p *player) lacks(what string) bool {
	_, lacks := p.sdk.Without[what]
	if lacks {
		p.used[what] = true
	}
	return lacks
}

// checkError checks the type of the exception, as told by the status unless the case names a class, and its fields.
func (p *player) checkError(want, got map[string]any) error {
	fields := map[string]any{}
	if status, has := want["status"]; has {
		fields["class"], fields["request_id"] = classes[status.(int)], "~^req_"
	}
	maps.Copy(fields, want)
	for name, value := range fields {
		err := p.values.compare(value, got[name], "error."+name)
		if err == nil || name == "class" && got[name] != "generic" {
			continue
		}
		if p.lacks(fmt.Sprintf("error %v %s", want["status"], name)) {
			delete(fields, name)
		}
	}
	if err := p.values.compare(fields, got, "error"); err != nil {
		return fmt.Errorf("%w\nof %v", err, got)
	}
	return nil
}

// classes are the words for exception types by what they are for.
var classes = map[int]string{
	400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 422: "unprocessable",
	429: "rate_limited", 500: "server", 503: "server",
}

func (p *player) key(s step) string {
	if s.APIKey == "" {
		s.APIKey = "$key"
	}
	expanded, err := p.values.expand(s.APIKey)
	if err != nil {
		return s.APIKey
	}
	return expanded.(string)
}

// asRequest is the request that a switch, a fault or a move of the clock is short for.
func (s step) asRequest() step {
	switch {
	case s.Switch != nil:
		s.Request, s.Body = "PUT /_control/scenario", s.Switch
		if name, is := s.Switch.(string); is {
			s.Body = map[string]any{"scenario": name}
		}
	case s.Fault != nil:
		s.Request, s.Body = "POST /_control/faults", s.Fault
	case s.Advance != "":
		s.Request, s.Body = "POST /_control/clock/advance", map[string]any{"by": s.Advance}
	}
	return s
}

// send makes a request, and returns {status, body}. It must succeed unless the step tells its result.
func (p *player) send(s step) (any, error) {
	body, err := p.values.expand(s.Body)
	if err != nil {
		return nil, err
	}
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	method, target, found := strings.Cut(s.Request, " ")
	if !found {
		return nil, fmt.Errorf("a step without a call, and its request is %q", s.Request)
	}
	expanded, err := p.values.expand(target)
	if err != nil {
		return nil, err
	}
	if target = expanded.(string); strings.HasPrefix(target, "/") {
		target = p.urls[s.Server] + target
	}
	request, err := http.NewRequest(method, target, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+p.key(s))
	response, err := http.DefaultTransport.RoundTrip(request) // follows no redirect
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 400 && s.Result.IsZero() {
		return nil, fmt.Errorf("%s: %s: %s", s.Request, response.Status, answer)
	}
	var read any
	_ = json.Unmarshal(answer, &read)
	return map[string]any{"status": float64(response.StatusCode), "body": read}, nil
}

func (p *player) countCalls(s step) error {
	for operation, want := range s.Calls {
		s.Request = "GET /_control/requests?operation=" + operation
		answer, err := p.send(s)
		if err != nil {
			return err
		}
		body := answer.(map[string]any)["body"].(map[string]any)
		if got := len(body["requests"].([]any)); got != want {
			return fmt.Errorf("the fake received %d requests of %s, want %d", got, operation, want)
		}
	}
	return nil
}

// listen starts the server that webhooks come to, if the case has none.
func (p *player) listen(t *testing.T) {
	if p.values.saved["receiver"] != nil {
		return
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		p.hooks <- map[string]any{
			"body": string(body), "signature": r.Header.Get("WorkOS-Signature"),
			"environment": r.Header.Get("X-Pipesfake-Environment"),
		}
	}))
	t.Cleanup(server.Close)
	p.values.saved["receiver"] = server.URL + "/"
}

package contract_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/internal/contract"
)

// fixed is a transport that returns the same response to every request.
type fixed struct {
	status      int
	contentType string
	id          string
	body        string
}

func (f fixed) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: f.status, Body: io.NopCloser(bytes.NewBufferString(f.body)),
		Header: http.Header{"Content-Type": {f.contentType}, "X-Request-Id": {f.id}}}, nil
}

// complaints is a TB that records the errors.
type complaints []string

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}

// The checks can fail: each of these responses breaks the contract in one way.
func TestWhatBreaksTheContract(t *testing.T) {
	t.Parallel()
	pipes := load(t)
	const json, token = "application/json", `{"active":true,"access_token":{"object":"access_token",` +
		`"access_token":"t","expires_at":null,"scopes":[],"missing_scopes":[]}}`
	for name, c := range map[string]struct {
		answer fixed
		says   string // part of the error; empty if the response is correct
	}{
		"active":            {fixed{200, json, "r", token}, ""},
		"inactive":          {fixed{200, json, "r", `{"active":false,"error":"not_installed"}`}, ""},
		"an error":          {fixed{400, json, "r", `{"code":"invalid_json","message":"m"}`}, ""},
		"an addition":       {fixed{405, json, "r", `{"code":"c","message":"m"}`}, ""},
		"an unknown reason": {fixed{200, json, "r", `{"active":false,"error":"expired"}`}, "status 200"},
		"both halves": {fixed{200, json, "r", strings.Replace(token, "}}", `},"error":"not_installed"}`,
			1)}, "status 200"},
		"no expires_at": {fixed{200, json, "r", strings.Replace(token, `"expires_at":null,`, "", 1)},
			"expires_at"},
		"a date without millis": {fixed{200, json, "r", strings.Replace(token, "null", `"2026-11-23T12:00:00Z"`, 1)},
			"status 200"},
		"scopes null": {fixed{200, json, "r", strings.Replace(token, `"scopes":[]`, `"scopes":null`,
			1)}, "scopes"},
		"not JSON":      {fixed{200, json, "r", "oops"}, "status 200"},
		"a status":      {fixed{410, json, "r", `{"code":"c","message":"m"}`}, "status 410 is not described"},
		"the type":      {fixed{200, "text/plain", "r", token}, "Content-Type"},
		"no request id": {fixed{200, json, "", token}, "X-Request-ID"},
		"an error named error": {fixed{400, json, "r", `{"code":"c","message":"m","error":"e"}`},
			"not {code, message"},
		"an empty error": {fixed{401, json, "r", ``}, "status 401"},
		"a field without name": {fixed{400, json, "r", `{"code":"c","message":"m","errors":[{"code":"c",` +
			`"message":"m"}]}`}, "incomplete"},
	} {
		var noted complaints
		client := &http.Client{Transport: contract.Transport(&noted, c.answer, pipes)}
		response, err := client.Post("http://x/data-integrations/github/token", json, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		switch said := strings.Join(noted, "\n"); {
		case c.says == "" && said != "":
			t.Errorf("%s is good, but: %s", name, said)
		case c.says != "" && !strings.Contains(said, c.says):
			t.Errorf("%s: the complaint is %q", name, said)
		}
	}
}

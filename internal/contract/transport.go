package contract

import (
	"bytes"
	"io"
	"net/http"
)

// TB is the part of testing.TB that Transport needs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Transport returns a transport that fails the test for every response that breaks one of the contracts, or the rules
// for all responses.
func Transport(t TB, base http.RoundTripper, contracts ...*Contract) http.RoundTripper {
	return transport{t, base, contracts}
}

type transport struct {
	t         TB
	base      http.RoundTripper
	contracts []*Contract
}

// RoundTrip sends the request and checks the response.
func (tr transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.t.Helper()
	response, err := tr.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if isBroken(response.Header) {
		return response, nil
	}
	if err := checkRules(r, response.StatusCode, response.Header, body); err != nil {
		tr.t.Errorf("%v", err)
	}
	for _, c := range tr.contracts {
		if err := c.Check(r, response.StatusCode, response.Header, body); err != nil {
			tr.t.Errorf("%v", err)
		}
	}
	return response, nil
}

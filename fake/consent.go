package fake

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"example.com/pipesfake/internal/consentpage"
	"example.com/pipesfake/scenarios"
)

// Decision is what a user decides on a consent page.
type Decision string

// The decisions. Approve makes the connection. Deny is a user who does not want it. Fail is a provider that fails after
// the user has approved. After Deny and Fail, too, the page sends the user back without an error, the connection stays
// as it was, and there is an event pipes.connected_account.connection_failed.
const (
	Approve Decision = scenarios.Approve
	Deny    Decision = scenarios.Deny
	Fail    Decision = scenarios.Fail
)

// Decide decides a consent page of the environment, as a user does by pressing a button on it, and returns the URL
// where the page then sends the browser, or the empty string if the application named none. ConsentURL is the url that
// POST /data-integrations/{slug}/authorize returned. The scopes are those that the user grants: all that are asked for
// if none is named. The visit is in the journal as the operation consent, and faults of that operation apply to it.
//
// A page that does not exist, was decided before or has expired, and a scope that it does not ask for, fail the test.
func (e *Environment) Decide(consentURL string, decision Decision, scopes ...string) (redirect string) {
	e.t.Helper()
	opaque, err := consentpage.Opaque(consentURL, string(decision))
	if err == nil && !e.open().HasAuthorization(opaque) {
		err = consentpage.NotIn(e.name, opaque)
	}
	if err == nil {
		redirect, err = e.visit(consentpage.Decided(e.URL(), opaque, string(decision), scopes))
	}
	if err != nil {
		e.t.Fatalf("pipesfake: Decide: %v", err)
	}
	return redirect
}

// maxVisit is how long a visit of the consent page may take, in real time. A fault can make it hang.
const maxVisit = time.Minute

// visit opens a URL of the server like a browser that does not follow redirects, and returns where it leads.
func (e *Environment) visit(address string) (redirect string, err error) {
	client := http.Client{
		Transport:     e.Client().Transport,
		Timeout:       maxVisit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode < http.StatusBadRequest {
		return response.Header.Get("Location"), nil
	}
	var failed struct{ Message string }
	if json.Unmarshal(body, &failed) != nil || failed.Message == "" {
		failed.Message = "the page answers " + response.Status
	}
	return "", errors.New(failed.Message)
}

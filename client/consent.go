package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"example.com/pipesfake/fake"
	"example.com/pipesfake/internal/consentpage"
)

// Decide decides a consent page, as fake.Environment.Decide does, and returns the URL where the page then sends the
// browser. A page that does not exist, was decided before or has expired, and a scope that it does not ask for, fail
// the test.
func (e *Environment) Decide(consentURL string, decision fake.Decision, scopes ...string) (redirect string) {
	e.t.Helper()
	opaque, err := consentpage.Opaque(consentURL, string(decision))
	if err == nil {
		redirect, err = e.visit(consentpage.Decided(e.url, opaque, string(decision), scopes))
	}
	if isNotFound(err) {
		err = consentpage.NotIn(e.name, opaque)
	}
	if err != nil {
		e.fail(fmt.Errorf("Decide: %w", err))
	}
	return redirect
}

// visit opens a URL of the server like a browser that does not follow redirects, and returns where it leads.
func (e *Environment) visit(address string) (redirect string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), e.control.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("X-Pipesfake-Environment", e.name)
	browser := *e.control.client
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, text, err := (&transport{client: &browser}).send(request)
	switch {
	case err != nil:
		return "", fmt.Errorf("the consent page of %s: %w", e.url, reason(ctx, err))
	case response.StatusCode < http.StatusBadRequest:
		return response.Header.Get("Location"), nil
	}
	failed := errorOf(response, text)
	if refused := new(Error); errors.As(failed, &refused) && refused.Code == "" {
		refused.Message = "the page answers " + response.Status // it is written for people
	}
	return "", failed
}

package fake

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

//go:embed consent.html
var consentHTML string

//go:embed consent.css
var consentCSS string

// consentRoutes are the page that authorize leads to. It needs no API key: whoever knows its address may use it.
func (s *Server) consentRoutes() []route {
	const path = "/data-integrations/{opaque:[^/]+}/authorize-redirect"
	return []route{
		{operation: "consent", method: "GET", path: path, handle: consentPage, environmentOf: s.ofConsent, invalid: 400},
		{operation: "consent", method: "POST", path: path, handle: decide, environmentOf: s.ofConsent, invalid: 400},
	}
}

// ofConsent is the environment that made a page, default for none.
func (s *Server) ofConsent(c call) (environment, token string) {
	return s.environments.find(func(world *hostedEnvironment) bool { return world.HasAuthorization(c.vars["opaque"]) }), ""
}

// consentPage shows who connects what, and with which scopes; where the file, the scenario in force or the query
// says so (consent=approve, deny or fail, with scope=… to grant fewer) it is decided at once.
func consentPage(c call) (reply, error) {
	opaque := c.vars["opaque"]
	page, err := c.environment.Consent(opaque)
	if err != nil {
		return c.wrongPage(err)
	}
	way := page.Consent
	if said, given := c.query["consent"]; given {
		if way = said[0]; !slices.Contains(scenarios.Consents(), way) {
			return c.wrongPage(pipes.Invalid(pipes.FieldError{Field: "consent", Code: "invalid", Message: "consent must be one of " + strings.Join(scenarios.Consents(), ", ")}))
		}
	}
	if way != scenarios.Ask {
		return c.decided(way, c.query["scope"])
	}
	answer := paper(http.StatusOK, consentView{Title: "Connect " + page.Provider, Page: &page, Action: c.base() + c.request.URL.EscapedPath()})
	answer.key = page.Key
	return answer, nil
}

// decide takes the answer of the form.
func decide(c call) (reply, error) {
	form, err := url.ParseQuery(string(c.body))
	decision := form.Get("decision")
	if err != nil || !slices.Contains([]string{scenarios.Approve, scenarios.Deny, scenarios.Fail}, decision) {
		return c.wrongPage(pipes.Invalid(pipes.FieldError{Field: "decision", Code: "invalid", Message: "decision must be approve, deny or fail"}))
	}
	granted := form["scope"]
	if granted == nil {
		granted = []string{} // every box is empty
	}
	return c.decided(decision, granted)
}

// decided sends the user back to the application.
func (c call) decided(decision string, granted []string) (reply, error) {
	a, err := c.environment.Decide(c.vars["opaque"], decision, granted)
	if err != nil {
		return c.wrongPage(err)
	}
	if a.ReturnTo == "" {
		answer := paper(http.StatusOK, consentView{Title: "Done", Text: "The answer was: " + a.Decided + ". You can close this window."})
		answer.key, answer.changed = a.Key, "consent: "+a.Decided
		return answer, nil
	}
	location := a.ReturnTo
	if a.Code != "" {
		location = withQuery(location, "connect_code="+url.QueryEscape(a.Code)+"&state="+url.QueryEscape(a.State))
	}
	answer := paper(http.StatusFound, consentView{Title: "Back to the application", Link: location})
	answer.header.Set("Location", location)
	answer.key, answer.changed = a.Key, "consent: "+a.Decided
	return answer, nil
}

// withQuery adds to an address, whose own query stays as it is (the parameters' names: inferred).
func withQuery(address, more string) string {
	address, fragment, has := strings.Cut(address, "#")
	between := "?"
	if strings.Contains(address, "?") {
		between = "&"
	}
	if address += between + more; has {
		address += "#" + fragment
	}
	return address
}

// consentView is what the template shows.
type consentView struct {
	Title  string
	Style  template.CSS
	Page   *model.ConsentPage // the form
	Action string             // where it goes
	Text   string
	Link   string // where to go on
}

// wrongPage tells a person what is wrong; a test that asks for no page is told as everywhere.
func (c call) wrongPage(err error) (reply, error) {
	if !strings.Contains(c.request.Header.Get("Accept"), "text/html") {
		return reply{}, err
	}
	wire := asError(err)
	answer := paper(statusOf(wire.Code, &route{invalid: http.StatusBadRequest}), consentView{Title: "This does not work", Text: wire.Message})
	answer.wrong = err
	return answer, nil
}

// consentTemplate is parsed once, when a page is first asked for.
var consentTemplate = sync.OnceValues(func() (*template.Template, error) { return template.New("consent").Parse(consentHTML) })

// paper is an answer for people. Nothing in it runs, and nothing frames it; the form may lead to the application,
// wherever that sends its users (Chromium holds redirects against form-action, too).
func paper(status int, view consentView) reply {
	view.Style = template.CSS(consentCSS)
	var text bytes.Buffer
	page, err := consentTemplate()
	if err == nil {
		err = page.Execute(&text, view)
	}
	if err != nil {
		return reply{status: http.StatusInternalServerError, body: asError(err), wrong: err}
	}
	sum := sha256.Sum256([]byte(consentCSS))
	header := http.Header{}
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	return reply{status: status, header: header, body: control.Text{ContentType: "text/html; charset=utf-8", Body: text.Bytes()}}
}

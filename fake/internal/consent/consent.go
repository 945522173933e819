package consent

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

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/scenarios"
)

//go:embed consent.html
var consentHTML string

//go:embed consent.css
var consentCSS string

// Routes returns the consent page, to which authorize leads the user's browser. It needs no API key: whoever knows its
// address may use it. The address belongs to the environment that made it.
func Routes(environments *environment.Registry) []call.Route {
	const path = "/data-integrations/{opaque:[^/]+}/authorize-redirect"
	environmentOf := func(c call.Call) (name, token string) {
		for _, one := range environments.Candidates(c.Vars["opaque"]) {
			if one.HasAuthorization(c.Vars["opaque"]) {
				return one.Name(), ""
			}
		}
		return environment.DefaultName, ""
	}
	subjectOf := func(c call.Call) (key scenarios.Key, apiKey string) {
		return c.Environment.AuthorizationOf(c.Vars["opaque"]), ""
	}
	page := call.Route{
		Operation: "consent", Method: "GET", Path: path, Handle: show, InvalidStatus: 400,
		EnvironmentOf: environmentOf, SubjectOf: subjectOf,
	}
	form := page
	form.Method, form.Handle = "POST", decide
	return []call.Route{page, form}
}

// show shows who connects what, and with which scopes; where the file, the scenario in force or the query
// says so (consent=approve, deny or fail, with scope=… to grant fewer) it is decided at once.
func show(c call.Call) (call.Reply, error) {
	opaque := c.Vars["opaque"]
	page, err := c.Environment.Consent(opaque)
	if err != nil {
		return wrongPage(c, err)
	}
	way := page.Consent
	if said, given := c.Query["consent"]; given {
		if way = said[0]; !slices.Contains(scenarios.Consents(), way) {
			return wrongPage(c, pipes.Invalid(pipes.FieldError{Field: "consent", Code: "invalid", Message: "consent must be one of " + strings.Join(scenarios.Consents(), ", ")}))
		}
	}
	if way != scenarios.Ask && c.Request.Method != http.MethodHead { // HEAD changes nothing
		if err := checkSite(c); err != nil {
			return wrongPage(c, err)
		}
		return decided(c, way, c.Query["scope"])
	}
	answer := paper(http.StatusOK, consentView{Title: "Connect " + page.Provider, Page: &page, Action: c.BaseURL() + c.Request.URL.EscapedPath()})
	answer.Key = page.Key
	return answer, nil
}

// decide takes the answer of the form.
func decide(c call.Call) (call.Reply, error) {
	form, err := url.ParseQuery(string(c.Body))
	decision := form.Get("decision")
	if err != nil || !slices.Contains([]string{scenarios.Approve, scenarios.Deny, scenarios.Fail}, decision) {
		return wrongPage(c, pipes.Invalid(pipes.FieldError{Field: "decision", Code: "invalid", Message: "decision must be approve, deny or fail"}))
	}
	if err := checkSite(c); err != nil {
		return wrongPage(c, err)
	}
	granted := form["scope"]
	if granted == nil {
		granted = []string{} // every box is empty
	}
	return decided(c, decision, granted)
}

// decided sends the user back to the application.
func decided(c call.Call, decision string, granted []string) (call.Reply, error) {
	a, err := c.Environment.Decide(c.Vars["opaque"], decision, granted)
	if err != nil {
		return wrongPage(c, err)
	}
	if a.ReturnTo == "" {
		answer := paper(http.StatusOK, consentView{Title: "Done", Text: "The answer was: " + a.Decided + ". You can close this window."})
		answer.Key, answer.Changed = a.Key, "consent: "+a.Decided
		return answer, nil
	}
	location := a.ReturnTo
	if a.Code != "" {
		location = withQuery(location, "connect_code="+url.QueryEscape(a.Code)+"&state="+url.QueryEscape(a.State))
	}
	answer := paper(http.StatusFound, consentView{Title: "Back to the application", Link: location})
	answer.Header.Set("Location", location)
	answer.Key, answer.Changed = a.Key, "consent: "+a.Decided
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
func wrongPage(c call.Call, err error) (call.Reply, error) {
	if !strings.Contains(c.Request.Header.Get("Accept"), "text/html") {
		return call.Reply{}, err
	}
	wire := call.AsError(err)
	answer := paper((&call.Route{InvalidStatus: http.StatusBadRequest}).StatusOf(wire.Code), consentView{Title: "This does not work", Text: wire.Message})
	answer.Err = err
	return answer, nil
}

// consentTemplate is parsed once, when a page is first asked for.
var consentTemplate = sync.OnceValues(func() (*template.Template, error) { return template.New("consent").Parse(consentHTML) })

// paper is an answer for people. Nothing in it runs, and nothing frames it; the form may lead to the application,
// wherever that sends its users (Chromium holds redirects against form-action, too).
func paper(status int, view consentView) call.Reply {
	view.Style = template.CSS(consentCSS)
	var text bytes.Buffer
	page, err := consentTemplate()
	if err == nil {
		err = page.Execute(&text, view)
	}
	if err != nil {
		return call.Reply{Status: http.StatusInternalServerError, Body: call.AsError(err), Err: err}
	}
	sum := sha256.Sum256([]byte(consentCSS))
	header := http.Header{}
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	return call.Reply{Status: status, Header: header, Body: call.Text{ContentType: "text/html; charset=utf-8", Body: text.Bytes()}}
}

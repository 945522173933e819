package fake_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"example.com/pipesfake/fake"
)

// Whoever comes to the bare address learns where to go on.
func TestTheBareAddress(t *testing.T) {
	t.Parallel()
	w := start(t)
	var introduction struct{ Name, Version, Page, OpenAPI, Docs, Message string }
	if err := json.Unmarshal(w.do("GET", "/", "").body, &introduction); err != nil {
		t.Fatal(err)
	}
	if introduction.Name != "pipesfake" || introduction.Version == "" || introduction.Docs == "" ||
		introduction.Page != w.URL()+"/_ui/" || introduction.OpenAPI != w.URL()+"/_control/openapi.json" {
		t.Errorf("it says %+v", introduction)
	}
	browser := *w.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(t.Context(), "GET", w.URL()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/_ui/" {
		t.Errorf("a browser is sent to %q with %d", response.Header.Get("Location"), response.StatusCode)
	}
	icon := w.do("GET", "/favicon.ico", "")
	if icon.status != 200 || !bytes.HasPrefix(icon.body, []byte("\x89PNG")) {
		t.Errorf("the icon is %d, %.20q", icon.status, icon.body)
	}
	if requests, _ := w.noted(""); len(requests) != 0 {
		t.Errorf("these are recorded: %+v", requests)
	}
	firstID := func(of world) string {
		return of.do("POST", "/data-integrations/github/token", `{"user_id": "u"}`).header.Get("X-Request-Id")
	}
	if id := firstID(w); id != firstID(start(t)) {
		t.Errorf("they took a request id of the environment: the next one is %s", id)
	}
}

// With a control plane of its own the API does not send anybody to a page that it does not have.
func TestTheBareAddressWithoutTheControlPlane(t *testing.T) {
	t.Parallel()
	w := start(t, fake.WithControlApart())
	got := w.do("GET", "/", "", "Accept", "text/html")
	if got.status != 200 || !strings.Contains(string(got.body), "--control-addr") ||
		!strings.Contains(string(got.body), `"page": "/_ui/"`) {
		t.Errorf("it says %d, %s", got.status, got.body)
	}
}

func TestNamesOfTheHealthCheck(t *testing.T) {
	t.Parallel()
	w := start(t)
	want := string(w.do("GET", "/health", "").body)
	for _, path := range []string{"/healthz", "/readyz"} {
		if got := w.do("GET", path, ""); got.status != 200 || string(got.body) != want {
			t.Errorf("%s: %d, %s", path, got.status, got.body)
		}
	}
	if got := w.do("POST", "/readyz", ""); got.status != 405 {
		t.Errorf("POST /readyz: %d", got.status)
	}
}

// GET /_control lists every control call that there is.
func TestTheListOfControlCalls(t *testing.T) {
	t.Parallel()
	w := start(t)
	var list struct {
		Calls []struct{ Method, Path, Does string }
	}
	if err := json.Unmarshal(w.do("GET", "/_control", "").body, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Calls) < 30 {
		t.Errorf("%d calls", len(list.Calls))
	}
	for _, one := range list.Calls {
		path := strings.NewReplacer("{id}", "x", "{name}", "x").Replace(one.Path)
		got := w.do(one.Method, path+"?environment=listed&timeout=0s&timeout=0s", "")
		if got.status == 501 || got.status == 405 || one.Does == "" {
			t.Errorf("%s %s (%s): %d, %s", one.Method, one.Path, one.Does, got.status, got.body)
		}
	}
	guarded := start(t, fake.WithControlToken("VERYSECRET"))
	if got := guarded.do("GET", "/_control", ""); got.status != 401 {
		t.Errorf("without the control token: %d", got.status)
	}
}

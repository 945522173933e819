package redact

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// redactor knows one secret, and a config field of that is secret.
func redactor() Redactor {
	return New(
		func(text string) string { return strings.ReplaceAll(text, "known-value9", Mask("known-value9")) },
		func() []string { return []string{"pin"} },
	)
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"nothing to hide":                  {"user alice has no connection", "user alice has no connection"},
		"nothing but space":                {" \n", " \n"},
		"a known secret":                   {`user "known-value9" has none`, `user "…" has none`},
		"a known secret as an id in a URL": {"/user_management/users/known-value9", "/user_management/users/…"},
		"a pair":                           {"token=abc and a=b", "token=… and a=b"},
		"a quoted pair":                    {`password="a b" and a=b`, `password=… and a=b`},
		"a secret config field":            {"pin=1234 and pint=1", "pin=… and pint=1"},
		"a pair in a pair":                 {"state=token=abc", "state=token=…"},
		"a user in an address":             {"see https://user:pass@app/", "see https://…@app/"},
		"a query":                          {"/user?a=b&access_token=abc", "/user?a=b&access_token=…"},
		"a long secret in a query":         {"/user?key=abcdefghijklmnop", "/user?key=…mnop"},
		"a query in a query":               {"/x?next=%2Fy%3Fsecret%3Dabc%26a%3Db", "/x?next=/y?secret=…%26a=b"},
		"an escaped name in a query":       {"/x?t%6Fken=abc", "/x?t%6Fken=…"},
		"an escaped secret in a path":      {"/x/kn%6Fwn-value9/y", "/x/…/y"},
		"an escaped slash in a path":       {"/x/a%2Fb/y", "/x/a%2Fb/y"},
		"a parameter of a path":            {"/x/a;token=abc/y", "/x/a;token=…/y"},
		"a fragment":                       {"https://app/#access_token=abc", "https://app/#access_token=…"},
		"JSON":                             {`{"token": "abc", "a":  1}`, `{"token": "…", "a":  1}`},
		"no JSON, but a bracket":           {"[email=x", "[email=x"},
		"a bracket before a secret's name": {"[token abc", "[…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redactor().Text(c.text); got != c.want {
				t.Errorf("%s is shown as %s, want %s", c.text, got, c.want)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	const tokenResponse = `{"access_token": {"object": "access_token", "access_token": "abc", "scopes": ["a"]}}`
	for name, c := range map[string]struct{ body, want string }{
		"nothing to hide":    {`{"user_id": "alice",  "n": 1.50}`, `{"user_id": "alice",  "n": 1.50}`},
		"a member":           {`{"client_secret": "abc", "a": 1}`, `{"client_secret": "…", "a": 1}`},
		"a nested member":    {`{"a": [{"b": {"token": "abc"}}]}`, `{"a": [{"b": {"token": "…"}}]}`},
		"an escaped name":    {`{"t\u006fken": "abc"}`, `{"t\u006fken": "…"}`},
		"an escaped secret":  {`{"note": "kn\u006fwn-value9"}`, `{"note": "…"}`},
		"a secret as a name": {`{"known-value9": 1}`, `{"…": 1}`},
		"a secret as an id":  {`{"user_id": "known-value9"}`, `{"user_id": "…"}`},
		"a secret object":    {`{"token": {"x": "abc"}, "a": 1}`, `{"token": "…", "a": 1}`},
		"a secret number":    {`{"pin": 1234, "key": null, "token": true}`, `{"pin": "…", "key": null, "token": true}`},
		"a token response":   {tokenResponse, strings.Replace(tokenResponse, "abc", "…", 1)},
		"the last four":      {`{"secret_last_4": "cdef"}`, `{"secret_last_4": "cdef"}`},
		"more than four":     {`{"secret_last_4": "bcdef"}`, `{"secret_last_4": "…"}`},
		"JSON in JSON":       {`{"body": "{\"token\": \"abc\"}"}`, `{"body": "{\"token\": \"…\"}"}`},
		"a form in JSON":     {`{"body": "token=abc&a=b"}`, `{"body": "token=…&a=b"}`},
		"several values":     {`{"a": 1} {"token": "abc"}`, `{"a": 1} {"token": "…"}`},
		"damaged":            {`{"a": 1, "token": abc}`, `{"a": 1, "token"…`},
		"damaged, no secret": {`{"a": 1, "b": abc}`, `{"a": 1, "b": abc}`},
		"cut off":            {`{"a": 1, "token": "ab`, `{"a": 1, "token"…`},
		"a form":             {"a=b&client_secret=abc", "a=b&client_secret=…"},
		"brackets in a form": {"config%5Bpin%5D=1234&a=b", "config%5Bpin%5D=…&a=b"},
		"JSON in a form":     {"payload=%7B%22token%22%3A%22abc%22%7D", `payload={"token":"…"}`},
		"a plus in a form":   {"a=known-value9%2B1", "a=…%2B1"},
		"text":               {"what is a=b, and c?\n", "what is a=b, and c?\n"},
		"YAML":               {"access_token: abc\n", "…"},
		"XML":                {"<token>abc</token>", "…"},
		"an address on a page": {
			`<a href="https://x/?connect_code=abc">go</a>`, `<a href="https://x/?connect_code=…>go</a>`,
		},
		"no text": {"\xff\xfe abc", "…"},
		"empty":   {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redactor().Body([]byte(c.body)); got != c.want {
				t.Errorf("%s is shown as %s, want %s", c.body, got, c.want)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	got := redactor().Header(http.Header{
		"Authorization":   {"Bearer sk_test_abcdefgh"},
		"Cookie":          {"a=b"},
		"Private-Token":   {"abc"},
		"X-Amz-Signature": {"abc"},
		"Idempotency-Key": {"abc"},
		"Referer":         {"https://app/?token=abc"},
		"X-User":          {"known-value9"},
		"Accept":          {"a", "b"},
	})
	want := map[string]string{
		"Authorization":   "…efgh",
		"Cookie":          "…",
		"Private-Token":   "…",
		"X-Amz-Signature": "…",
		"Idempotency-Key": "abc",
		"Referer":         "https://app/?token=…",
		"X-User":          "…",
		"Accept":          "a, b",
	}
	if !maps.Equal(got, want) {
		t.Errorf("the headers are shown as %q, want %q", got, want)
	}
}

// What a call authenticates with is masked wherever it occurs, unless it is too short to be told from other words.
func TestForCall(t *testing.T) {
	t.Parallel()
	long := "sk_test_" + strings.Repeat("l", 100)
	for name, c := range map[string]struct{ header, value, text, want string }{
		"a key behind a scheme": {"Authorization", "Bearer sk_test_abcdefgh", "sk_test_abcdefgh.", "…efgh."},
		"a key without one":     {"X-Api-Key", "abcdefgh", "it is abcdefgh.", "it is …."},
		"a short key":           {"X-Api-Key", "alice", "user alice", "user alice"},
		"a header of no key":    {"X-App", "abcdefgh", "it is abcdefgh.", "it is abcdefgh."},
		"a key that was cut":    {"Authorization", "Bearer " + long, "no " + long[:60] + "…", "no ……"},
		"the next call's key":   {"X-App", "x", "sk_test_earlier", "sk_test_earlier"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			earlier := redactor().ForCall(http.Header{"Authorization": {"Bearer sk_test_earlier"}})
			if got := earlier.ForCall(http.Header{c.header: {c.value}}).Hide(c.text); got != c.want {
				t.Errorf("%q is shown as %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[a] token is missing":         "[a] token is missing",
		`{"a"} is no token=abc`:        `{"a"} is no token=…`,
		"known-value9 is no user":      "… is no user",
		"nothing to hide in this line": "nothing to hide in this line",
	} {
		if got := redactor().Sentence(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]string{
		"":                 "…",
		"short":            "…",
		"fifteen letters":  "…",
		"sixteen letters!": "…ers!",
		"åäöåäöåäöåäö":     "…öåäö",
	} {
		if got := Mask(secret); got != want {
			t.Errorf("%q is masked as %q, want %q", secret, got, want)
		}
	}
}

// A redactor of no environment goes by names alone.
func TestZeroRedactor(t *testing.T) {
	t.Parallel()
	var r Redactor
	if got := r.Text("/known-value9?token=abc"); got != "/known-value9?token=…" {
		t.Error(got)
	}
	if got := r.Hide("known-value9"); got != "known-value9" {
		t.Error(got)
	}
}

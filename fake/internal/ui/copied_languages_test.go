package ui

import "testing"

func TestCallsInOtherLanguages(t *testing.T) {
	t.Parallel()
	const body = `{"at":null,"list":["it's",1.5],"on":true,"off":false,"text":"\"é\""}`
	for name, one := range map[string]struct {
		signs                bool
		body                 []byte
		inGo, inJS, inPython string
	}{
		"without a body": {
			inGo: `request, err := http.NewRequest("PUT", "http://fake.test/_control/x", nil)` +
				"\nresponse, err := http.DefaultClient.Do(request)",
			inJS:     `await fetch("http://fake.test/_control/x", { method: "PUT" });`,
			inPython: `requests.put("http://fake.test/_control/x")`,
		},
		"with a body": {
			body: []byte(body),
			inGo: `request, err := http.NewRequest("PUT", "http://fake.test/_control/x", strings.NewReader(` + "`" +
				body + "`))\nresponse, err := http.DefaultClient.Do(request)",
			inJS: `await fetch("http://fake.test/_control/x", { method: "PUT", body: JSON.stringify(` + body + `) });`,
			inPython: `requests.put("http://fake.test/_control/x", json={"at": None, "list": ["it's", 1.5], ` +
				`"off": False, "on": True, "text": "\"é\""})`,
		},
		"with a control token": {
			signs: true,
			inGo: `request, err := http.NewRequest("PUT", "http://fake.test/_control/x", nil)` + "\n" +
				`request.Header.Set("X-Pipesfake-Token", os.Getenv("PIPESFAKE_CONTROL_TOKEN"))` + "\n" +
				`response, err := http.DefaultClient.Do(request)`,
			inJS: `await fetch("http://fake.test/_control/x", { method: "PUT", ` +
				`headers: { "X-Pipesfake-Token": process.env.PIPESFAKE_CONTROL_TOKEN } });`,
			inPython: `requests.put("http://fake.test/_control/x", ` +
				`headers={"X-Pipesfake-Token": os.environ["PIPESFAKE_CONTROL_TOKEN"]})`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, "version: 1\n")
			r.Signs = one.signs
			for got, want := range map[string]string{
				requestInGo(r, "PUT", "/_control/x", one.body):  one.inGo,
				inJavaScript(r, "PUT", "/_control/x", one.body): one.inJS,
				inPython(r, "PUT", "/_control/x", one.body):     one.inPython,
			} {
				if got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
		})
	}
}

func TestTextsInGo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"a\"b": "`a\"b`", "a`b": `"a` + "`" + `b"`} {
		if got := goText(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

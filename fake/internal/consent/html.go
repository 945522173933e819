package consent

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"example.com/pipesfake/fake/internal/call"
	"example.com/pipesfake/fake/internal/model"
)

//go:embed consent.html
var consentHTML string

//go:embed consent.css
var consentCSS string

// parsed returns the template, which is parsed when a page is first requested.
var parsed = sync.OnceValues(func() (*template.Template, error) {
	return template.New("consent").Funcs(template.FuncMap{"breakable": breakable}).Parse(consentHTML)
})

// breakable returns an address as HTML that can break after its slashes, where browsers would break inside a word.
func breakable(address string) template.HTML {
	broken := strings.ReplaceAll(template.HTMLEscapeString(address), "/", "/<wbr>")
	return template.HTML(strings.Replace(broken, "/<wbr>/<wbr>", "//", 1))
}

// content is what the template shows.
type content struct {
	Title  string
	Style  template.CSS
	Page   *model.ConsentPage // the form, or nil
	Action string             // where the form is sent
	Text   string
	Link   string // where the user can go on
}

// htmlReply returns a reply for people. No script runs in it and no page can frame it. Its form may lead anywhere,
// because the application can send its users anywhere, and Chromium applies form-action to redirects as well.
func htmlReply(status int, shown content) call.Reply {
	shown.Style = template.CSS(consentCSS)
	var text bytes.Buffer
	page, err := parsed()
	if err == nil {
		err = page.Execute(&text, shown)
	}
	if err != nil {
		return call.Reply{Status: http.StatusInternalServerError, Body: call.AsError(err), Err: err}
	}
	styleHash := sha256.Sum256([]byte(consentCSS))
	header := http.Header{}
	header.Set("Content-Security-Policy", "default-src 'none'; "+
		"style-src 'sha256-"+base64.StdEncoding.EncodeToString(styleHash[:])+"'; "+
		"form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	body := call.Text{ContentType: "text/html; charset=utf-8", Body: text.Bytes()}
	return call.Reply{Status: status, Header: header, Body: body}
}

// refusal shows an error as a page to browsers. Other clients get the error as everywhere else.
func refusal(c *call.Call, err error) (call.Reply, error) {
	if !call.AcceptsHTML(c.Request) {
		return call.Reply{}, err
	}
	wire := call.AsError(err)
	status := (&call.Route{InvalidStatus: http.StatusBadRequest}).StatusOf(wire.Code)
	reply := htmlReply(status, content{Title: "This does not work", Text: wire.Message})
	reply.Err = err
	return reply, nil
}

package ui

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/scenarios"
)

// log is the requests of one page.
type log struct {
	Requests   []asked
	Next       string
	Operations []string
	Filtered   bool
	Last       string // the number of the newest
	Paused     string // the number of the last request that is shown; empty: it is live
	Since      uint64 // how many came since
}

// asked is a request as a line of a list.
type asked struct {
	control.Request
	Time          string // of the day
	What          string
	Whose         string
	Answer, Class string
}

func askedOf(one control.Request) asked {
	a := asked{Request: one, Time: one.At, What: one.Method + " " + one.Path, Answer: "no answer", Class: "bad"}
	if _, clock, is := strings.Cut(one.At, "T"); is {
		a.Time = strings.TrimSuffix(clock, "Z")
	}
	if one.Operation != nil {
		a.What = *one.Operation
	}
	if a.Whose = whose(a.key()); a.Whose == "" {
		a.Whose = "–"
	}
	if one.Status != nil {
		a.Answer = strings.TrimSpace(strconv.Itoa(*one.Status) + " " + http.StatusText(*one.Status))
		switch *one.Status / 100 {
		case 2, 3:
			a.Class = "good"
		case 4:
			a.Class = "warn"
		}
	}
	if a.Because == "" && one.Changed == nil {
		a.Because = "It is not about the state of a connection."
	}
	return a
}

func (a asked) key() (key scenarios.Key) {
	for _, part := range []struct {
		value *string
		to    *string
	}{{a.Provider, &key.Provider}, {a.UserID, &key.User}, {a.OrganizationID, &key.Organization}} {
		if part.value != nil {
			*part.to = *part.value
		}
	}
	return key
}

var filters = []string{"operation", "provider", "user_id", "organization_id", "connection_owner", "status"}

func requests(r Request) (any, error) {
	l := log{Operations: scenarios.Operations()}
	var last uint64
	if newest, _ := r.Environment.Journal.Last(0, 1, func(*journal.Entry) bool { return true }); len(newest) > 0 {
		last = newest[0].Number
	}
	l.Last = strconv.FormatUint(last, 10)
	call := r.Call
	call.Query = url.Values{"limit": {strconv.Itoa(rowsOfPage)}}
	for _, name := range filters {
		if value := strings.TrimSpace(r.Query.Get(name)); value != "" {
			call.Query.Set(name, value)
			l.Filtered = true
		}
	}
	if r.Query.Has("paused") {
		upTo, err := strconv.ParseUint(r.Query.Get("paused"), 10, 62)
		if err != nil || upTo > last {
			upTo = last
		}
		l.Paused, l.Since = strconv.FormatUint(upTo, 10), last-upTo
		call.Query.Set("next", strconv.FormatUint(upTo+1, 10))
	}
	if next := r.Query.Get("next"); next != "" {
		call.Query.Set("next", next)
	}
	list, next, err := control.ListRequests(call)
	for _, one := range list {
		l.Requests = append(l.Requests, askedOf(one))
	}
	l.Next = next
	return l, err
}

// detail is one request, opened.
type detail struct {
	asked
	Full                 control.RequestDetail
	Sent, Answered       string // the bodies, to be read
	Curl                 string
	Secrets              []string // the variables that the curl needs
	Place                string   // of its connection; empty: it is about none
	Search               string   // finds its owner
	Preset               string
	Presets              []preset
	FaultCall, FaultYAML string
	Filled               url.Values // of the form of faults
}

func request(r Request, id string) (any, error) {
	call := r.Call
	call.Vars, call.Query = map[string]string{"id": id}, url.Values{}
	found, err := control.GetRequest(call)
	if err != nil {
		return nil, err
	}
	full := found.(control.RequestDetail)
	d := detail{asked: askedOf(full.Request), Full: full, Sent: indented(full.Body), Answered: indented(full.ResponseBody), Presets: presets()}
	if key := d.key(); key.Provider != "" && key.User+key.Organization != "" {
		d.Place, d.Search = place(key), cmp.Or(key.User, key.Organization)
	}
	d.Curl, d.Secrets = again(r, full)
	d.Filled = url.Values{}
	for name, value := range map[string]*string{"operation": d.Operation, "provider": d.Provider, "user_id": d.UserID, "organization_id": d.OrganizationID} {
		if value != nil {
			d.Filled.Set(name, *value)
		}
	}
	if d.UserID != nil && d.OrganizationID == nil {
		d.Filled.Set("organization_id", "none")
	}
	form := maps.Clone(d.Filled)
	d.Preset = cmp.Or(r.Query.Get("preset"), d.Presets[0].Form)
	form.Set("preset", d.Preset)
	body, err := json.Marshal(faultBody(form))
	if err != nil {
		return nil, err
	}
	fault, err := scenarios.ParseFault(r.Environment.Scenarios(), body)
	d.FaultCall, d.FaultYAML = curl(r, "POST", "/_control/faults", body), "faults:\n  - "+fault.Text()
	return d, err
}

// indented is JSON to be read, and every other text as it is.
func indented(text string) string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(text), "", "  ") != nil {
		return text
	}
	return out.String()
}

// hidden is a member whose value the journal does not tell.
var hidden = regexp.MustCompile(`"(\w+)"(\s*:\s*)"…[^"]*"`)

// again is a call to be made once more. What the journal does not tell of it is a variable of the shell.
func again(r Request, d control.RequestDetail) (line string, secrets []string) {
	key := "sk_test"
	if name := r.Environment.Name(); name != "default" {
		key = "sk_env_" + name
	}
	line = "curl -X " + quoted(d.Method) + " " + quoted(cmp.Or(r.API, "http://"+d.Headers["Host"])+d.Path)
	if d.Headers["Authorization"] != "" {
		line += " -H " + quoted("Authorization: Bearer "+key)
	}
	if d.Body == "" {
		return line, nil
	}
	line += " -H " + quoted("Content-Type: "+cmp.Or(d.Headers["Content-Type"], "application/json"))
	body := hidden.ReplaceAllStringFunc(quoted(d.Body), func(text string) string {
		parts := hidden.FindStringSubmatch(text)
		name := strings.ToUpper(parts[1])
		if !slices.Contains(secrets, name) {
			secrets = append(secrets, name)
		}
		return `"` + parts[1] + `"` + parts[2] + `"'"$` + name + `"'"`
	})
	return line + " --data-raw " + body, secrets // -d reads a file where it begins with @
}

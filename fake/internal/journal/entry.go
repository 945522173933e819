package journal

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/scenarios"
)

// Entry is a request and its response. Its bodies, headers and texts may contain secrets: show them with a redactor.
type Entry struct {
	Number    uint64 // from one, and never again the same, not even after a reset
	RequestID string
	Method    string
	Path      string // with the query
	Operation string // empty: none of the API
	scenarios.Key
	Began     time.Time       // real time
	Took      time.Duration   // until the response was ready, or if a fault delayed it, until it was written
	APITime   time.Time       // the environment's
	Status    int             // zero: no response
	Decision  *model.Decision `json:",omitzero"`  // nil if it was about no connection. It is shared: do not change it
	Error     string          `json:",omitempty"` // code and message
	Code      string          `json:",omitempty"` // of the error
	Changed   string          `json:",omitempty"` // what the call changed, in words
	Answer    Answer          `json:",omitempty"` // to a call for a token or credentials
	Fault     string          `json:",omitempty"` // way and name of the fault that broke the response
	FaultText string          `json:",omitempty"` // what it did, in words
	FaultKind string          `json:",omitempty"` // its way alone
	Altered   bool            `json:",omitempty"` // by the fault: the client did not see the response as it was

	Host              string      // of the request
	Header            http.Header // of the request; shared with other entries
	LeftOut           bool        `json:",omitempty"` // the request's headers were too large to be stored
	ResponseHeader    http.Header // must not be changed any more
	AnsweredLeftOut   bool        `json:",omitempty"` // the response's headers were too large to be stored
	Request, Response []byte      `json:",omitempty"` // the beginnings of the bodies; must not be changed any more
	bytes             int         // how much is stored
}

// What is stored of one entry at most.
const (
	maxBody   = 16 << 10 // of each body
	maxHeader = 16 << 10 // larger headers are left out
	maxTexts  = 4 << 10  // of all texts together; if they are longer, of each text
)

// cut shortens an entry to what is stored, and measures it. It is given the size of the request's header.
func (e *Entry) cut(headerBytes int) {
	e.Request, e.Response = cutBody(e.Request), cutBody(e.Response)
	e.bytes = headerBytes
	if e.bytes > maxHeader {
		e.Header, e.bytes, e.LeftOut = nil, 0, true
	}
	if size := headerSize(e.ResponseHeader); size > maxHeader {
		e.ResponseHeader, e.AnsweredLeftOut = nil, true
	} else {
		e.bytes += size
	}
	texts := e.textSize()
	if texts > maxTexts {
		e.cutTexts()
		texts = e.textSize()
	}
	e.bytes += texts + len(e.Request) + len(e.Response)
}

// cutBody returns the beginning of a body. It is a copy if the body is longer, so that the rest can be freed.
func cutBody(body []byte) []byte {
	if len(body) <= maxBody {
		return body
	}
	return bytes.Clone(body[:maxBody])
}

// texts returns all texts that a call, or the response of a fallback, can make long.
func (e *Entry) texts() [11]*string {
	return [...]*string{
		&e.RequestID, &e.Method, &e.Path, &e.Host, &e.Provider, &e.User, &e.Organization,
		&e.Error, &e.Changed, &e.Fault, &e.FaultText,
	}
}

func (e *Entry) textSize() (size int) {
	for _, text := range e.texts() {
		size += len(*text)
	}
	return size
}

// cutTexts shortens each text. It copies the short ones, because they may be parts of long ones.
func (e *Entry) cutTexts() {
	for _, text := range e.texts() {
		if len(*text) > maxTexts {
			*text = strings.ToValidUTF8((*text)[:maxTexts], "") + "…"
		} else {
			*text = strings.Clone(*text)
		}
	}
}

// Because says why the response was as it was.
func (e *Entry) Because() string {
	why := []string{e.FaultText, e.Error}
	if e.Decision != nil {
		if because := e.Decision.Because(); !strings.Contains(e.Error, because) { // some errors say it themselves
			why = append(why, because)
		}
	}
	return strings.Join(slices.DeleteFunc(why, func(part string) bool { return part == "" }), "; ")
}

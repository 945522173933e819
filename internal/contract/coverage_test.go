package contract_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"example.com/pipesfake/internal/contract"
)

const small = `{"openapi": "3.1.0", "paths": {
	"/things/{id}": {
		"get": {"responses": {"200": {"description": "A thing.", "content": {
			"application/json": {"schema": {"type": "object"}}}}, "404": {"$ref": "#/components/responses/None"}}},
		"delete": {"responses": {"204": {"description": "Gone."}}}},
	"/things/all": {"get": {"responses": {"202": {"description": "All."}}}},
	"/{kind}/all": {"get": {"responses": {"203": {"description": "All of a kind."}}}}},
	"components": {"responses": {"None": {"description": "None.", "content": {
		"application/json": {"schema": {"required": ["code"]}}}}}}}`

func TestCoverage(t *testing.T) {
	t.Parallel()
	c, err := contract.Load("small.json", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	coverage := func() string {
		var table bytes.Buffer
		c.Coverage(&table)
		return table.String()
	}
	var all sync.WaitGroup // tests that run at once share a contract
	for range 20 {
		all.Go(func() {
			for _, a := range []answer{
				{"GET /things/1", 200, `{}`},
				{"GET /things/1", 404, `{"message":"m"}`}, // breaks the contract, so it does not count
				{"HEAD /things/1", 404, ``},               // has no body, so it does not either
				{"GET /things/1", 405, `{"code":"c","message":"m"}`},
				{"DELETE /things/1", 204, ``},
			} {
				if err := a.check(t, c); (err != nil) != (a.body == `{"message":"m"}`) {
					t.Errorf("%s %d: %v", a.operation, a.status, err)
				}
			}
			_ = coverage()
		})
	}
	all.Wait()
	const want = `GET /things/all      202 –
DELETE /things/{id}  204 ✓
GET /things/{id}     200 ✓  404 –
GET /{kind}/all      203 –
2 of 5 documented statuses produced
`
	if got := coverage(); got != want {
		t.Errorf("the table is\n%s\nnot\n%s", got, want)
	}
}

// A path always matches the same operation: the first of those with the most literal segments.
func TestLiteralSegmentsComeFirst(t *testing.T) {
	t.Parallel()
	for range 20 { // the order of a Go map differs each time
		c, err := contract.Load("small.json", []byte(small))
		if err != nil {
			t.Fatal(err)
		}
		for path, status := range map[string]int{"/things/all": 202, "/others/all": 203, "/things/1": 200} {
			request, err := http.NewRequest("GET", "http://x"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Check(request, status, http.Header{}, []byte(`{}`)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	const description = `{"paths": {"/a": {"get": {"responses": {%s}}}}, "components": {"schemas": {"None": {}}}}`
	for responses, says := range map[string]string{
		`"200": {"$ref": "#/components/responses/None"}`: "nothing is at #/components/responses/None",
		`"200": {"$ref": "#/components/schemas/None"}`:   "nothing is at #/components/schemas/None",
		`"2XX": {}`: `status "2XX"`,
		`"200": {"content": {"application/json": {"schema": {"$ref": "#/components/none"}}}}`: "none",
	} {
		if _, err := contract.Load("bad.json", fmt.Appendf(nil, description, responses)); err == nil ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%s: the mistake is %v", responses, err)
		}
	}
}

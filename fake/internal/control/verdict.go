package control

import (
	"cmp"
	"fmt"
	"slices"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
)

// verified is the response of verify and wait if an expectation holds.
type verified struct {
	OK    bool `json:"ok"`
	Count int  `json:"count"`
}

// failed is the response if it does not hold.
type failed struct {
	Code       pipes.Code `json:"code"`
	Message    string     `json:"message"`
	Count      int        `json:"count"`
	NearMisses []string   `json:"near_misses"`
}

// Wrong returns the error code, from which the server takes the status.
func (f failed) Wrong() pipes.Code { return f.Code }

func verdictView(v journal.Verdict) any {
	if v.OK {
		return verified{true, v.Count}
	}
	return failed{pipes.VerificationFailed, v.Why, v.Count, append([]string{}, v.NearMisses...)}
}

// explain says why an expectation does not hold. If there was no call at all, it adds which other environments got
// some, and if events are missing, which switches emitted none.
func (c Call) explain(x journal.Expected, n int, forgotten uint64, w watch) journal.Verdict {
	v := x.Explain(n, forgotten, w.all)
	if event := cmp.Or(x.Event, x.Webhook); event != "" && x.LacksSome(n) {
		v.NearMisses = append(c.silentSwitches(event, x.Place), v.NearMisses...)
	}
	switch {
	case x.Webhook != "":
		v.Why += whyNotDelivered(c.endpoints(), x.Webhook, c.undelivered(x.Filter))
	case x.Event == "" && n == 0:
		v.NearMisses = append(v.NearMisses, c.Registry.OthersWithCalls(c.Environment, x.Filter)...)
	}
	return c.views().verdict(v)
}

// silentSwitches lists the switches that emitted no event, and why.
func (c Call) silentSwitches(event string, place model.Place) (list []string) {
	for _, one := range c.Environment.SilentSwitches(event, place) {
		list = append(list, fmt.Sprintf("switch %d (%s for %s) emitted no event: %s",
			one.Number, one.Scenario.Title(), one.Place, one.Why()))
	}
	return list
}

// verdict masks a verdict: near misses may show a secret in the place of a name.
func (v views) verdict(of journal.Verdict) journal.Verdict {
	of.Why = v.Hide(of.Why)
	for i, miss := range of.NearMisses {
		of.NearMisses[i] = v.Text(miss)
	}
	return of
}

func (c Call) endpoints() []*model.Endpoint { return c.Environment.Overview(model.From{}, 1).Endpoints }

// undelivered counts the webhooks that a filter matches and no endpoint has accepted.
func (c Call) undelivered(f journal.Filter) int {
	_, n := c.Environment.Webhooks.List(0, func(d *webhook.Delivery) bool {
		return d.State != webhook.Delivered && d.Event.Name == f.Webhook && f.Covers(d.Event.Key)
	})
	return n
}

// whyNotDelivered says in a sentence why there may be fewer webhooks of an event than expected, or nothing.
func whyNotDelivered(endpoints []*model.Endpoint, event string, undelivered int) string {
	if len(endpoints) == 0 {
		return " No webhook endpoint exists: " +
			"write one under webhooks in the scenario file, or POST /webhook_endpoints (in Go: AddEndpoint)."
	}
	if !slices.ContainsFunc(endpoints,
		func(e *model.Endpoint) bool { return e.Wants(event) }) {
		return " No webhook endpoint receives " + event + ": they are disabled, or subscribe to other events."
	}
	if undelivered > 0 {
		return fmt.Sprintf(" %s not delivered yet: GET /_control/webhooks (in Go: Webhooks) shows the attempts.",
			fields.Plural(undelivered, "such webhook"))
	}
	return ""
}

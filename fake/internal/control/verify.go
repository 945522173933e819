package control

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/fake/internal/model"
	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/scenarios"
)

// verdict is the answer of verify and wait.
type verdict struct {
	OK    bool `json:"ok"`
	Count int  `json:"count"`
}

// failed is that of an expectation that does not hold.
type failed struct {
	Code       pipes.Code `json:"code"`
	Message    string     `json:"message"`
	Count      int        `json:"count"`
	NearMisses []string   `json:"near_misses"`
}

// Wrong is the code of an answer with a body of its own.
func (f failed) Wrong() pipes.Code { return f.Code }

func answerOf(v journal.Verdict) any {
	if v.OK {
		return verdict{true, v.Count}
	}
	return failed{pipes.VerificationFailed, v.Why, v.Count, append([]string{}, v.NearMisses...)}
}

// PostVerify tells whether there were as many requests as expected, or some in an order.
func PostVerify(c Call) (any, error) {
	r, err := openBody(c, verifyBody)
	if err != nil {
		return nil, err
	}
	if r.Node("order") != nil {
		return verifyOrder(c, r)
	}
	var request verifyRequest
	verifyBody.Fill(&r.Reader, r.Values, &request)
	r.check(append(request.Place.Check(), request.Expected.Check()...))
	if err := r.err(); err != nil {
		return nil, err
	}
	return answerOf(c.Verify(request.Expected)), nil
}

func verifyOrder(c Call, r *bodyReader) (any, error) {
	for _, key := range verifyBody.Keys() {
		if n := r.Node(key); n != nil && key != "order" {
			r.MistakeOf(fields.Unknown, n, key, "%s has no effect beside order: write it in the items of order", key)
		}
	}
	var filters []journal.Filter
	order := r.Node("order")
	if order.Kind != fields.List || len(order.Items) == 0 {
		r.Mistake(order, "order",
			"order must name at least one call: an array of objects like {\"operation\": \"token\"}")
		return nil, r.err()
	}
	if len(order.Items) > maxOrder {
		r.Mistake(order, "order", "order has more than %d elements", maxOrder)
		return nil, r.err()
	}
	r.List(order, "order", func(item *fields.Node, path string) {
		var filter journal.Filter
		filterBody.Read(&r.Reader, item, path, &filter)
		for _, problem := range append(filter.Place.Check(), filter.Check()...) {
			if field := path + "." + problem.Field; !r.HasMistake(0, field) {
				r.Mistake(item, field, "%s: %s", path, problem.Message)
			}
		}
		filters = append(filters, filter)
	})
	if err := r.err(); err != nil {
		return nil, err
	}
	return answerOf(c.VerifyOrder(filters)), nil
}

// maxOrder is how many calls an order can name.
const maxOrder = 2_000

// Verify tells whether there were as many calls as expected, or events or webhooks.
func (c Call) Verify(x journal.Expected) journal.Verdict {
	w := c.watch(x.Filter)
	defer w.end()
	n, forgotten := w.count()
	if x.Holds(n, forgotten) {
		return journal.Verdict{OK: true, Count: n}
	}
	return c.explain(x, n, forgotten, w)
}

// VerifyOrder tells whether calls came one after another.
func (c Call) VerifyOrder(filters []journal.Filter) journal.Verdict {
	v := c.Environment.Journal.InOrder(filters)
	if !v.OK && c.Environment.Journal.Count(filters[v.Count]) == 0 {
		v.NearMisses = append(v.NearMisses, c.Registry.OthersWithCalls(c.Environment.Name(), filters[v.Count])...)
	}
	return c.withoutSecrets(v)
}

// How long a wait lasts unless it says so, and at most.
const (
	usualWait   = 10 * time.Second
	longestWait = 10 * time.Minute
)

// GetWait answers when there were as many requests as expected, or an event.
func GetWait(c Call) (any, error) {
	x := journal.Expected{Within: usualWait}
	check := func() scenarios.Problems { return append(x.Place.Check(), x.Check()...) }
	if err := readQuery(c, waitQuery, &x, check); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(c.Context, c.Began.Add(x.Within))
	defer cancel()
	v, gone := c.Wait(ctx, x)
	if gone {
		return EnvironmentGone{}, nil
	}
	return answerOf(v), nil
}

// EnvironmentGone is no answer: the environment went meanwhile, and the call goes on in the one that is made anew.
type EnvironmentGone struct{}

// Wait answers when there are as many as expected, those before it included, or when the context, the server or (gone)
// the environment ends.
func (c Call) Wait(ctx context.Context, x journal.Expected) (v journal.Verdict, gone bool) {
	w := c.watch(x.Filter)
	defer w.end()
	for {
		next := w.next()
		n, forgotten := w.count()
		if x.Holds(n, forgotten) {
			return journal.Verdict{OK: true, Count: n}, false
		}
		select {
		case <-next:
		case <-ctx.Done():
			return c.explain(x, n, forgotten, w), false
		case <-c.Environment.Gone:
			return v, true
		case <-c.Draining:
			v = c.explain(x, n, forgotten, w)
			v.Why = "The server left. " + v.Why
			return v, false
		}
	}
}

// watch is what counts calls, events or webhooks as they come.
type watch struct {
	next  func() <-chan struct{} // ready when the next ones came
	count func() (n int, forgotten uint64)
	all   iter.Seq[*journal.Entry] // the oldest first
	end   func()
}

func (c Call) watch(f journal.Filter) watch {
	switch {
	case f.Event != "":
		return c.watchEvents(f)
	case f.Webhook != "":
		return c.watchWebhooks(f)
	}
	w := c.Environment.Journal.Watch(f)
	return watch{next: w.Changed, count: w.Count, all: c.Environment.Journal.All(), end: w.Stop}
}

func (c Call) watchEvents(f journal.Filter) watch {
	news, end := c.Environment.Subscribe()
	return watch{
		next: func() <-chan struct{} { return news },
		count: func() (n int, forgotten uint64) {
			return c.Environment.CountEvents(func(e *model.Event) bool {
				return e.Name == f.Event &&
					f.Covers(e.Key)
			}), 0
		},
		all: func(yield func(*journal.Entry) bool) {
			for _, e := range c.Environment.AllEvents() {
				if !yield(&journal.Entry{RequestID: e.EventID(), Operation: e.Name, Key: e.Key, APITime: e.At}) {
					return
				}
			}
		},
		end: end,
	}
}

// watchWebhooks counts those that an endpoint took.
func (c Call) watchWebhooks(f journal.Filter) watch {
	delivered := func(d *webhook.Delivery) bool { return d.State == webhook.Delivered }
	return watch{
		next: c.Environment.Webhooks.Finished,
		count: func() (n int, forgotten uint64) {
			_, n = c.Environment.Webhooks.List(0, func(d *webhook.Delivery) bool {
				return delivered(d) && d.Event.Name == f.Webhook && f.Covers(d.Event.Key)
			})
			return n, 0
		},
		all: func(yield func(*journal.Entry) bool) {
			list, _ := c.Environment.Webhooks.List(math.MaxInt, delivered)
			for _, d := range slices.Backward(list) {
				if !yield(&journal.Entry{RequestID: deliveryID(d.Number), Operation: d.Event.Name, Key: d.Event.Key,
					APITime: d.Event.At}) {
					return
				}
			}
		},
		end: func() {},
	}
}

// explain says why an expectation does not hold; where there was nothing at all, also who else got something.
func (c Call) explain(x journal.Expected, n int, forgotten uint64, w watch) journal.Verdict {
	v := x.Explain(n, forgotten, w.all)
	switch {
	case x.Webhook != "":
		v.Why += c.undelivered(x.Filter)
	case x.Event == "" && n == 0:
		v.NearMisses = append(v.NearMisses, c.Registry.OthersWithCalls(c.Environment.Name(), x.Filter)...)
	}
	return c.withoutSecrets(v)
}

// withoutSecrets is a verdict to be shown: what came near may have a secret in the place of a name.
func (c Call) withoutSecrets(v journal.Verdict) journal.Verdict {
	redactor := journal.NewRedactor(c.Environment.Environment)
	v.Why = c.Hide(v.Why)
	for i, miss := range v.NearMisses {
		v.NearMisses[i] = redactor.Text(miss)
	}
	return v
}

// undelivered says why there may be no webhooks.
func (c Call) undelivered(f journal.Filter) string {
	endpoints := c.Environment.Overview(model.From{}, 1).Endpoints
	if len(endpoints) == 0 {
		return " No webhook endpoint exists: write one under webhooks in the scenario file, or POST /webhook_endpoints."
	}
	if !slices.ContainsFunc(endpoints,
		func(e *model.Endpoint) bool { return e.Enabled && slices.Contains(e.Events, f.Webhook) }) {
		return " No webhook endpoint is told of " + f.Webhook + ": they are disabled, or take other events."
	}
	_, not := c.Environment.Webhooks.List(0, func(d *webhook.Delivery) bool {
		return d.State != webhook.Delivered && d.Event.Name == f.Webhook && f.Covers(d.Event.Key)
	})
	if not > 0 {
		return fmt.Sprintf(" Not delivered are %d such webhooks: GET /_control/webhooks says why.", not)
	}
	return ""
}

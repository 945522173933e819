package control

import (
	"example.com/pipesfake/fake/internal/journal"
	"example.com/pipesfake/internal/fields"
)

// PostVerify checks that there were as many requests as expected, or that some came in an order.
func PostVerify(c Call) (any, error) {
	r, err := openBody(c, verifyBody())
	if err != nil {
		return nil, err
	}
	if r.Node("order") != nil {
		filters := readOrder(r)
		if err := r.err(); err != nil {
			return nil, err
		}
		return verdictView(c.VerifyOrder(filters)), nil
	}
	var request verifyRequest
	verifyBody().Fill(&r.Reader, r.Values, &request)
	r.check(append(request.Place.Check(), request.Expected.Check()...))
	if err := r.err(); err != nil {
		return nil, err
	}
	return verdictView(c.Verify(request.Expected)), nil
}

// maxOrder is how many calls an order can name.
const maxOrder = 2_000

// readOrder reads the filters of an order. It notes what is wrong with them in the reader.
func readOrder(r *bodyReader) (filters []journal.Filter) {
	for _, key := range verifyBody().Keys() {
		if n := r.Node(key); n != nil && key != "order" {
			r.MistakeOf(fields.Unknown, n, key,
				"%s has no effect together with order: write it in the items of order", key)
		}
	}
	order := r.Node("order")
	switch {
	case order.Kind != fields.List || len(order.Items) == 0:
		r.Mistake(order, "order",
			"order must name at least one call: an array of objects like {\"operation\": \"token\"}")
		return nil
	case len(order.Items) > maxOrder:
		r.Mistake(order, "order", "order has more than %d elements", maxOrder)
		return nil
	}
	r.List(order, "order", func(item *fields.Node, path string) {
		var filter journal.Filter
		filterBody().Read(&r.Reader, item, path, &filter)
		for _, problem := range append(filter.Place.Check(), filter.Check()...) {
			if field := path + "." + problem.Field; !r.HasMistake(0, field) {
				r.Mistake(item, field, "%s: %s", path, problem.Message)
			}
		}
		filters = append(filters, filter)
	})
	return filters
}

// Verify checks that there were as many calls as expected, or events or webhooks.
func (c Call) Verify(x journal.Expected) journal.Verdict {
	w := c.watch(x.Filter)
	defer w.end()
	n, forgotten := w.count()
	if x.Holds(n, forgotten) {
		return journal.Verdict{OK: true, Count: n}
	}
	return c.explain(x, n, forgotten, w)
}

// VerifyOrder checks that calls came one after another.
func (c Call) VerifyOrder(filters []journal.Filter) journal.Verdict {
	v := c.Environment.Journal.InOrder(filters)
	if !v.OK && c.Environment.Journal.Count(filters[v.Count]) == 0 {
		v.NearMisses = append(v.NearMisses, c.Registry.OthersWithCalls(c.Environment, filters[v.Count])...)
	}
	return c.views().verdict(v)
}

package control

import (
	"cmp"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/internal/fields"
)

// GetWebhooks lists deliveries, the newest first: all that are pending, and the last of the others.
func GetWebhooks(c Call) (any, error) {
	var p webhookParameters
	if err := readQuery(c, webhooksQuery(), &p, nil); err != nil {
		return nil, err
	}
	matching, count := c.Environment.Webhooks.List(cmp.Or(p.limit, defaultPage), func(d *webhook.Delivery) bool {
		return (p.state == "" || d.State == p.state) && (p.event == "" || d.Event.Name == p.event)
	})
	return struct {
		Webhooks []Delivery `json:"webhooks"`
		Count    int        `json:"count"` // of all such
	}{c.Deliveries(matching), count}, nil
}

// Deliveries returns deliveries without secrets.
func (c Call) Deliveries(list []webhook.Delivery) []Delivery { return c.views().deliveries(list) }

// PostRedeliver sends a webhook once more. A body is not needed and not read.
func PostRedeliver(c Call) (any, error) {
	again, err := c.Redeliver(c.Vars["id"])
	if err != nil {
		return nil, err
	}
	return c.views().delivery(again), nil
}

// Redeliver sends a webhook once more. Its errors are delivery_pending and entity_not_found.
func (c Call) Redeliver(id string) (again webhook.Delivery, err error) {
	var number uint64
	isMeant := func(d *webhook.Delivery) bool { return deliveryID(d.Number) == id }
	if known, _ := c.Environment.Webhooks.List(1, isMeant); len(known) > 0 {
		number = known[0].Number
		if known[0].State == webhook.Pending {
			return again, &pipes.Error{Code: pipes.DeliveryPending, Message: id +
				" is still pending: wait until it is delivered or dead."}
		}
	}
	again, found := c.Environment.Webhooks.Redeliver(number)
	if !found {
		return again, &pipes.Error{Code: pipes.EntityNotFound, Message: "No webhook \"" + fields.Abridge(id) +
			"\" is remembered, or its endpoint is gone: GET /_control/webhooks lists those that are."}
	}
	return again, nil
}

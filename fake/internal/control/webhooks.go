package control

import (
	"cmp"
	"strconv"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
	"example.com/pipesfake/scenarios"
)

// Delivery is a webhook on its way, or at its end.
type Delivery struct {
	ID             string    `json:"id"`
	EndpointID     string    `json:"endpoint_id"`
	EndpointURL    string    `json:"endpoint_url"`
	EventID        string    `json:"event_id"`
	Event          string    `json:"event"`
	Provider       string    `json:"provider"`
	UserID         *string   `json:"user_id"`
	OrganizationID *string   `json:"organization_id"`
	State          string    `json:"state"` // pending, delivered, dead or dropped
	Because        *string   `json:"because"`
	Attempts       []Attempt `json:"attempts"`
	NextAttemptAt  *string   `json:"next_attempt_at"` // real time
}

// Attempt is one try of a delivery.
type Attempt struct {
	At         string  `json:"at"`          // real time
	DurationMS float64 `json:"duration_ms"` // of real time
	Status     *int    `json:"status"`      // null: no answer
	Error      *string `json:"error"`
	Fault      *string `json:"fault"` // what broke it
}

// viewDelivery is a delivery as the control plane tells it.
func viewDelivery(d webhook.Delivery) Delivery {
	view := Delivery{
		ID: deliveryID(d.Number), EndpointID: d.Endpoint, EndpointURL: d.URL, EventID: d.Event.EventID(), Event: d.Event.Name, Provider: d.Event.Provider,
		UserID: pipes.TextOrNull(d.Event.User), OrganizationID: pipes.TextOrNull(d.Event.Organization), State: d.State, Because: pipes.TextOrNull(d.Why), Attempts: []Attempt{}, NextAttemptAt: timestamp(d.Next),
	}
	for _, one := range d.Attempts {
		attempt := Attempt{At: pipes.Timestamp(one.At), DurationMS: float64(one.Took.Microseconds()) / 1000, Error: pipes.TextOrNull(one.Error), Fault: pipes.TextOrNull(one.Fault)}
		if one.Status != 0 {
			attempt.Status = &one.Status
		}
		view.Attempts = append(view.Attempts, attempt)
	}
	return view
}

func deliveryID(number uint64) string { return "delivery_" + strconv.FormatUint(number, 10) }

// GetWebhooks lists deliveries, the newest first: all that are pending, and the last of the others.
func GetWebhooks(c Call) (any, error) {
	var p webhookParameters
	if err := readQuery(c, webhooksQuery, &p, nil); err != nil {
		return nil, err
	}
	some, count := c.Environment.Webhooks.List(cmp.Or(p.limit, 100), func(d *webhook.Delivery) bool {
		return (p.state == "" || d.State == p.state) && (p.event == "" || d.Event.Name == p.event)
	})
	list := []Delivery{}
	for _, one := range some {
		list = append(list, c.Delivery(one))
	}
	return struct {
		Webhooks []Delivery `json:"webhooks"`
		Count    int        `json:"count"` // of all such
	}{list, count}, nil
}

// PostRedeliver sends a webhook once more. A body is not needed and not read.
func PostRedeliver(c Call) (any, error) {
	var number uint64
	known, _ := c.Environment.Webhooks.List(1, func(d *webhook.Delivery) bool { return deliveryID(d.Number) == c.Vars["id"] })
	if len(known) > 0 {
		number = known[0].Number
		if known[0].State == webhook.Pending {
			return nil, &pipes.Error{Code: pipes.DeliveryPending, Message: c.Vars["id"] + " is still on its way: wait until it is delivered or dead."}
		}
	}
	again, found := c.Environment.Webhooks.Redeliver(number)
	if !found {
		return nil, &pipes.Error{Code: pipes.EntityNotFound, Message: "No webhook \"" + scenarios.Abridge(c.Vars["id"]) +
			"\" is remembered, or its endpoint is gone: GET /_control/webhooks lists those that are."}
	}
	return c.Delivery(again), nil
}

// Delivery is a delivery as it may be shown.
func (c Call) Delivery(of webhook.Delivery) Delivery {
	view, hide := viewDelivery(of), c.hider()
	view.EndpointURL, view.Provider = c.Address(view.EndpointURL), hide(view.Provider)
	hide.inPlace(view.UserID)
	hide.inPlace(view.OrganizationID)
	for i := range view.Attempts {
		hide.inPlace(view.Attempts[i].Error)
	}
	return view
}

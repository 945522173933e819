package control

import (
	"strconv"

	"example.com/pipesfake/fake/internal/pipes"
	"example.com/pipesfake/fake/internal/webhook"
)

// Delivery is a webhook that is being delivered, or was.
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

func (v views) deliveries(list []webhook.Delivery) []Delivery {
	shown := make([]Delivery, len(list))
	for i, one := range list {
		shown[i] = v.delivery(one)
	}
	return shown
}

func (v views) delivery(d webhook.Delivery) Delivery {
	view := Delivery{
		ID: deliveryID(d.Number), EndpointID: d.Endpoint, EndpointURL: v.Text(d.URL),
		EventID: d.Event.EventID(), Event: d.Event.Name, Provider: v.Hide(d.Event.Provider),
		UserID: v.textOrNull(d.Event.User), OrganizationID: v.textOrNull(d.Event.Organization),
		State: d.State, Because: pipes.TextOrNull(d.Why), Attempts: []Attempt{}, NextAttemptAt: timestamp(d.Next),
	}
	for _, one := range d.Attempts {
		attempt := Attempt{
			At: pipes.Timestamp(one.At), DurationMS: float64(one.Took.Microseconds()) / 1000,
			Error: v.textOrNull(one.Error), Fault: pipes.TextOrNull(one.Fault),
		}
		if one.Status != 0 {
			attempt.Status = &one.Status
		}
		view.Attempts = append(view.Attempts, attempt)
	}
	return view
}

func deliveryID(number uint64) string { return "delivery_" + strconv.FormatUint(number, 10) }

package fake

import (
	"slices"
	"time"

	"example.com/pipesfake/fake/internal/control"
	"example.com/pipesfake/fake/internal/webhook"
)

// Webhook describes a delivery of an event to an endpoint. It contains no secrets.
type Webhook struct {
	ID                           string
	EndpointID                   string
	EndpointURL                  string
	Event                        string // such as pipes.connected_account.connected
	EventID                      string
	Provider, User, Organization string // of the event's connection
	State                        string // pending, delivered, dead (all attempts failed) or dropped (no endpoint)
	Because                      string // why it is dead or dropped
	Attempts                     []WebhookAttempt
	NextAttempt                  time.Time // of a pending one, in real time; zero if an attempt is being made
}

// WebhookAttempt is one attempt to deliver a webhook.
type WebhookAttempt struct {
	Time   time.Time     // in real time
	Took   time.Duration // in real time
	Status int           // of the endpoint's response; zero if there was none
	Error  string        // empty if the endpoint took the delivery
	Fault  string        // the fault that broke it
}

// Webhooks returns the deliveries of the environment, the oldest first: all that are pending, and the last of the
// others. An endpoint is an entry of webhooks in the scenario file, or created by AddEndpoint or POST
// /webhook_endpoints.
func (e *Environment) Webhooks() []Webhook {
	call := e.asControl()
	all, _ := call.Environment.Webhooks.List(maxWebhooks, func(*webhook.Delivery) bool { return true })
	slices.Reverse(all)
	return webhooksOf(call, all)
}

// Redeliver delivers a webhook once more, as a delivery of its own, which it returns. It is pending then: wait with
// WaitFor until it has arrived. The id is a Webhook.ID. A webhook that is unknown or still pending fails the test.
func (e *Environment) Redeliver(webhookID string) Webhook {
	e.t.Helper()
	call := e.asControl()
	again, err := call.Redeliver(webhookID)
	if err != nil {
		e.t.Fatalf("pipesfake: Redeliver: %s", mistake(err))
		return Webhook{}
	}
	return webhooksOf(call, []webhook.Delivery{again})[0]
}

func webhooksOf(call control.Call, list []webhook.Delivery) []Webhook {
	deliveries := make([]Webhook, len(list))
	for i, shown := range call.Deliveries(list) {
		deliveries[i] = Webhook{
			ID:           shown.ID,
			EndpointID:   shown.EndpointID,
			EndpointURL:  shown.EndpointURL,
			Event:        shown.Event,
			EventID:      shown.EventID,
			Provider:     shown.Provider,
			User:         textOf(shown.UserID),
			Organization: textOf(shown.OrganizationID),
			State:        shown.State,
			Because:      textOf(shown.Because),
			NextAttempt:  list[i].Next,
		}
		for j, made := range list[i].Attempts {
			deliveries[i].Attempts = append(deliveries[i].Attempts, WebhookAttempt{
				Time:   made.At,
				Took:   made.Took,
				Status: made.Status,
				Error:  textOf(shown.Attempts[j].Error),
				Fault:  made.Fault,
			})
		}
	}
	return deliveries
}

// maxWebhooks is how many deliveries Webhooks returns at most.
const maxWebhooks = 10_000

package fake

import (
	"slices"

	"example.com/pipesfake/fake/internal/webhook"
)

// Webhook describes a delivery of an event to an endpoint. It contains no secrets.
type Webhook struct {
	ID          string
	EndpointURL string
	Event       string // such as pipes.connected_account.connected
	EventID     string
	State       string // pending, delivered, dead (all attempts failed) or dropped (its endpoint is gone)
	Because     string // why it is dead or dropped
	Attempts    []WebhookAttempt
}

// WebhookAttempt is one attempt to deliver a webhook.
type WebhookAttempt struct {
	Status int    // of the endpoint's response; zero if there was none
	Error  string // empty if the endpoint took the delivery
	Fault  string // the fault that broke it
}

// Webhooks returns the deliveries of the environment, the oldest first: all that are pending, and the last of the
// others. An endpoint is an entry of webhooks in the scenario file, or created by POST /webhook_endpoints.
func (e *Environment) Webhooks() []Webhook {
	call := e.asControl()
	all, _ := call.Environment.Webhooks.List(maxWebhooks, func(*webhook.Delivery) bool { return true })
	var deliveries []Webhook
	for _, one := range call.Deliveries(all) {
		delivery := Webhook{
			ID:          one.ID,
			EndpointURL: one.EndpointURL,
			Event:       one.Event,
			EventID:     one.EventID,
			State:       one.State,
			Because:     textOf(one.Because),
		}
		for _, attempt := range one.Attempts {
			made := WebhookAttempt{Error: textOf(attempt.Error), Fault: textOf(attempt.Fault)}
			if attempt.Status != nil {
				made.Status = *attempt.Status
			}
			delivery.Attempts = append(delivery.Attempts, made)
		}
		deliveries = append(deliveries, delivery)
	}
	slices.Reverse(deliveries)
	return deliveries
}

// maxWebhooks is how many deliveries Webhooks returns at most.
const maxWebhooks = 10_000

// textOf returns a text, or the empty string for nil.
func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

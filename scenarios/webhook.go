package scenarios

import (
	"fmt"
	"sync"

	"example.com/pipesfake/internal/fields"
	"example.com/pipesfake/internal/names"
)

// Webhook is an endpoint that receives events from the start of an environment.
type Webhook struct {
	URL      string
	Secret   string   // signs deliveries; empty: a secret that derives from the seed
	Events   []string // names of the events that are delivered
	Position Position
}

// MaxWebhooks is the maximal number of webhooks in a file, and of endpoints in an environment.
const MaxWebhooks = 1_000

// ConnectionEvents returns the names of the events that a webhook receives by default.
func ConnectionEvents() []string {
	return []string{
		"pipes.connected_account.connected", "pipes.connected_account.connection_failed",
		"pipes.connected_account.disconnected", "pipes.connected_account.reauthorization_needed",
	}
}

// Events returns the names of all events that happen: those of ConnectionEvents, and those for clients that know
// several connections of an owner.
func Events() []string {
	return append(ConnectionEvents(),
		"pipes.account_connection.connected", "pipes.account_connection.connection_failed",
		"pipes.account_connection.disconnected", "pipes.account_connection.reauthorization_needed",
		"pipes.account_connection.add_failed")
}

// webhookMapping describes an entry of webhooks.
var webhookMapping = sync.OnceValue(func() *fields.Mapping[Webhook] {
	return fields.NewMapping("webhook", []fields.Field[Webhook]{
		fields.Bind("url", webhookURLs(), func(w *Webhook) *string { return &w.URL },
			"The URL, which must be http or https.").Required("a webhook needs one"),
		fields.Bind("secret", fields.FilledText().Hide(), func(w *Webhook) *string { return &w.Secret },
			"The secret that signs deliveries. Left out: one that derives from the seed."),
		fields.Bind("events", fields.Choices(Events()...).WithDefault(ConnectionEvents()),
			func(w *Webhook) *[]string { return &w.Events },
			"The events that are delivered. Left out: those of pipes.connected_account.").DocumentDefault(nil),
	})
})

// webhookURLs is the type of url.
func webhookURLs() fields.Type[string] {
	t := fields.FilledTextOr("").
		Shaped(fields.Shape{Name: "URL", Schema: `{"type": "string", "pattern": "^https?://[^/@]"}`})
	return t.Checked(func(url string) string {
		if !names.IsWebURL(url) {
			return fmt.Sprintf("%q is not an address that webhooks can be sent to: write http://… or https://…",
				fields.Abridge(url))
		}
		return ""
	})
}

// Tree returns the fields of the webhook that differ from the defaults.
func (w Webhook) Tree() fields.Tree { return webhookMapping().Write(&w) }

package fake

import (
	"net/http"

	"example.com/pipesfake/fake/internal/body"
	"example.com/pipesfake/fake/internal/environment"
	"example.com/pipesfake/scenarios"
)

// install answers PUT (connect or rotate) and POST (connect once more; source: docs) of an API key or of
// client credentials.
func install(method string, create bool) handler {
	return func(c call) (reply, error) {
		object, err := c.object()
		if err != nil {
			return reply{}, err
		}
		i := environment.Install{Query: c.asked(object), Method: method}
		i.Add = intent(object, i.Query)
		if create && !i.Add {
			object.Wrong("connection_intent", "required", "connection_intent must be add here: PUT connects or rotates the one connection")
		} else if !create && i.Add {
			object.Wrong("connection_intent", "invalid", "connection_intent add belongs to POST: PUT connects or rotates one connection")
		}
		i.AccountIdentifier, i.AccountLabel = object.Word("account_identifier", false), object.Word("account_display_name", false)
		readSecret(object, &i)
		if err := object.Err(); err != nil {
			return reply{}, err
		}
		account, err := c.environment.Install(i)
		if err != nil {
			return reply{}, err
		}
		status := http.StatusOK
		if create {
			status = http.StatusCreated
		}
		return reply{status: status, body: connectedAccount(account), decision: account.Decision}, nil
	}
}

func readSecret(object *body.Object, i *environment.Install) {
	if i.Method == scenarios.APIKey {
		i.Secret = object.Word("secret", true)
		return
	}
	i.ClientID, i.ClientSecret = object.Word("client_id", true), object.Word("client_secret", true)
	i.Config = object.Map("config")
}

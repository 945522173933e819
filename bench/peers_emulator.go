package main

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// emulatorKeys is how many API keys the vendor's emulator gets: it allows 1 000 calls a minute for each.
const emulatorKeys = 500

func emulatorKey(user int) string { return fmt.Sprintf("sk_test_%d", user%emulatorKeys) }

func emulatorSeed([]byte) (map[string][]byte, error) {
	keys := map[string]any{}
	for i := range emulatorKeys {
		keys[emulatorKey(i)] = map[string]string{"environment": "test"}
	}
	seed, err := json.Marshal(map[string]any{"apiKeys": keys})
	return map[string][]byte{"seed.json": seed}, err
}

// emulatorConnection creates a user's connection. The emulator has tokens for connections that were created.
func emulatorConnection(user int) call {
	body := fmt.Sprintf(`{"user_id":"user_%06d","provider":"github","scopes":["repo","user:email","read:org"]}`, user)
	return call{http.MethodPost, "/pipes/connections", body, emulatorKey(user)}
}

// emulatorCalls creates connections, and returns a call for the token of each. It is not the call that the SDKs make:
// the emulator answers that with 400, since it takes it for the end of a login.
func emulatorCalls(s *server, first, end int) ([]call, error) {
	calls := make([]call, 0, end-first)
	for user := first; user < end; user++ {
		body, err := s.send(emulatorConnection(user))
		if err != nil {
			return nil, err
		}
		var connection struct{ ID string }
		if err := json.Unmarshal(body, &connection); err != nil {
			return nil, err
		}
		path := "/pipes/connections/" + connection.ID + "/access_token"
		calls = append(calls, call{http.MethodPost, path, "{}", emulatorKey(user)})
	}
	return calls, nil
}

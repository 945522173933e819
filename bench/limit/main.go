// Command limit is what no fake can beat: a bare net/http handler that decodes the token endpoint's body
// and writes as many bytes as its answer has.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

const answer = `{"active":true,"access_token":{"object":"access_token",` +
	`"access_token":"gho_fake_761118151022110312109997","expires_at":"2026-11-23T22:46:27.898Z","scopes":["repo",` +
	`"user:email","read:org"],"missing_scopes":[]}}` + "\n"

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("{\"url\":\"http://%s\"}\n", listener.Addr())
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			UserID         string `json:"user_id"`
			OrganizationID string `json:"organization_id"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.UserID == "" {
			http.Error(w, "bad body", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte(answer))
	})
	fmt.Fprintln(os.Stderr, http.Serve(listener, handler))
	os.Exit(1)
}

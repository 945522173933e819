// Package reconnect is a small application that uses WorkOS Pipes, to show how its tests embed
// pipesfake. It knows nothing of the fake: only where the API is, and a key.
package reconnect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// App shows its users whether their GitHub is connected.
type App struct {
	BaseURL, APIKey string
}

// Button is the text of the button that a user sees.
func (a App) Button(ctx context.Context, user string) (string, error) {
	body, err := json.Marshal(map[string]string{"user_id": user})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.BaseURL+"/data-integrations/github/token",
		bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+a.APIKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("pipes answered %s", response.Status)
	}
	var answer struct {
		Active      bool
		Error       string
		AccessToken struct {
			MissingScopes []string `json:"missing_scopes"`
		} `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	switch {
	case answer.Error == "not_installed":
		return "Connect GitHub", nil
	case answer.Error == "needs_reauthorization":
		return "Reconnect GitHub", nil
	case len(answer.AccessToken.MissingScopes) > 0:
		return "Grant more access", nil
	}
	return "Connected", nil
}

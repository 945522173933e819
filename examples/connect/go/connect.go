// Package connect is a small application with a button beside each user, which says whether GitHub is connected. It
// calls WorkOS over plain HTTP, and knows nothing of the fake.
package connect

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// App is the application. It is an http.Handler, too, which receives the webhooks of WorkOS.
type App struct {
	WorkOSURL     string // https://api.workos.com
	APIKey        string
	GitHubURL     string // https://api.github.com
	WebhookSecret string

	mu      sync.Mutex
	buttons map[string]string // what the buttons say, by user
}

// Button returns what the user's button says. It says the same until a webhook reports that the connection has changed.
func (a *App) Button(ctx context.Context, user string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if text, isKnown := a.buttons[user]; isKnown {
		return text, nil
	}
	text, err := a.ask(ctx, user)
	if err != nil {
		return "", err
	}
	if a.buttons == nil {
		a.buttons = map[string]string{}
	}
	a.buttons[user] = text
	return text, nil
}

func (a *App) ask(ctx context.Context, user string) (string, error) {
	token, err := a.token(ctx, user)
	switch {
	case err != nil:
		return "", err
	case token.Error == "not_installed":
		return "Connect GitHub", nil
	case !token.Active:
		return "Reconnect GitHub", nil
	case len(token.AccessToken.MissingScopes) > 0:
		return "Grant more access", nil
	}
	return a.greet(ctx, token.AccessToken.AccessToken)
}

// greet uses the token. GitHub decides whether it is good, whatever its expires_at says.
func (a *App) greet(ctx context.Context, token string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.GitHubURL+"/user", nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	var user struct{ Login string }
	switch status, err := call(request, &user); {
	case err != nil:
		return "", err
	case status == http.StatusUnauthorized:
		return "Reconnect GitHub", nil
	case status != http.StatusOK:
		return "", fmt.Errorf("GitHub returned %d", status)
	}
	return "Connected as " + user.Login, nil
}

// token is what WorkOS says about the token of a user.
type token struct {
	Active      bool
	Error       string
	AccessToken struct {
		AccessToken   string   `json:"access_token"`
		MissingScopes []string `json:"missing_scopes"`
	} `json:"access_token"`
}

// token asks WorkOS for the GitHub token of a user, and asks once more if WorkOS is not available.
func (a *App) token(ctx context.Context, user string) (token, error) {
	answer, status, err := a.tryToken(ctx, user)
	if status == http.StatusServiceUnavailable {
		answer, status, err = a.tryToken(ctx, user)
	}
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("WorkOS returned %d", status)
	}
	return answer, err
}

func (a *App) tryToken(ctx context.Context, user string) (answer token, status int, err error) {
	body, err := json.Marshal(map[string]string{"user_id": user})
	if err != nil {
		return token{}, 0, err
	}
	url := a.WorkOSURL + "/data-integrations/github/token"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return token{}, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+a.APIKey)
	request.Header.Set("Content-Type", "application/json")
	status, err = call(request, &answer)
	return answer, status, err
}

// call sends a request, and decodes the body of a response with status 200.
func call(request *http.Request, into any) (status int, err error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, nil
	}
	return response.StatusCode, json.NewDecoder(response.Body).Decode(into)
}

// Command compose-app stands for the application under test: GET / asks the Pipes API for a user's
// GitHub token and shows what it answered; GET /job works at GitHub with it.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

func main() {
	tokens := os.Getenv("WORKOS_API_URL") + "/data-integrations/github/token"
	answer, err := fetch(tokens)
	if err != nil {
		log.Fatal(err) // compose starts the application only when the fake is healthy
	}
	log.Printf("%s", answer)
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		answer, err := fetch(tokens)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
	nightly := job{tokens: tokens, github: os.Getenv("GITHUB_API_URL")}
	http.HandleFunc("GET /job", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, nightly.run()) })
	log.Fatal(http.ListenAndServe(":3000", nil))
}

// job is work at GitHub with a token that it keeps for as long as GitHub takes it.
type job struct {
	tokens, github string

	mu    sync.Mutex
	token string
}

// run answers done, or why there is no token. GitHub may refuse one that was good a minute ago: then it asks again.
func (j *job) run() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for range 2 {
		if j.token == "" {
			answer, err := fetch(j.tokens)
			if err != nil {
				return err.Error()
			}
			var told struct {
				Error       string
				AccessToken struct {
					AccessToken string `json:"access_token"`
				} `json:"access_token"`
			}
			if err := json.Unmarshal(answer, &told); err != nil || told.Error != "" {
				return told.Error
			}
			j.token = told.AccessToken.AccessToken
		}
		request, err := http.NewRequest(http.MethodGet, j.github+"/user", nil)
		if err != nil {
			return err.Error()
		}
		request.Header.Set("Authorization", "Bearer "+j.token)
		response, err := (&http.Client{Timeout: 5 * time.Second}).Do(request)
		if err != nil {
			return err.Error()
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			return "done"
		}
		j.token = ""
	}
	return "GitHub takes no token"
}

// fetch is what the Pipes API says about the token of user_demo_app.
func fetch(tokens string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, tokens, strings.NewReader(`{"user_id": "user_demo_app"}`))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer sk_test")
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, err
}

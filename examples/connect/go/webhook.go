package connect

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ServeHTTP receives a webhook. The button of the user whose connection has changed asks again when it is next shown.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !isSigned(body, r.Header.Get("WorkOS-Signature"), a.WebhookSecret) {
		http.Error(w, "the signature is wrong", http.StatusBadRequest)
		return
	}
	var event struct {
		Data struct {
			UserID string `json:"user_id"`
		}
	}
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.buttons, event.Data.UserID)
	w.WriteHeader(http.StatusNoContent)
}

// isSigned reports whether a signature, such as "t=1764244800000, v1=5f0c…", is that of the body, and at most three
// minutes old.
func isSigned(body []byte, signature, secret string) bool {
	stamp, sum, _ := strings.Cut(strings.TrimPrefix(signature, "t="), ", v1=")
	issued, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.UnixMilli(issued)).Abs() > 3*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(sum))
}

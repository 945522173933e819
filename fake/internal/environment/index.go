package environment

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
)

// Index finds environments by keys, for all servers that share a store. It is a part of such a store.
type Index interface {
	// Note adds an environment to those of a key.
	Note(ctx context.Context, key, environment string) error
	// Noted lists the environments of a key.
	Noted(ctx context.Context, key string) ([]string, error)
	// Forget removes an environment from all keys.
	Forget(ctx context.Context, environment string) error
}

// unnoted holds the keys by which other servers are to find an environment, until they are noted in the index.
type unnoted struct {
	hasToken atomic.Bool

	mu   sync.Mutex
	keys []string
	tag  string // the last one that was noted
}

func keyOfTag(tag string) string { return "tag:" + tag }

// keyOfToken does not show the token, which is a secret.
func keyOfToken(token string) string { return fmt.Sprintf("token:%x", sha256.Sum256([]byte(token))) }

// addToken adds a token that does not carry the environment's tag.
func (u *unnoted) addToken(token string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.keys = append(u.keys, keyOfToken(token))
	u.hasToken.Store(true)
}

// note notes what other servers are to find the environment by.
func (u *unnoted) note(ctx context.Context, index Index, name, tag string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if tag != u.tag {
		u.keys = append(u.keys, keyOfTag(tag))
	}
	for len(u.keys) > 0 {
		if err := index.Note(ctx, u.keys[0], name); err != nil {
			return err
		}
		u.keys = u.keys[1:]
	}
	u.tag = tag
	u.hasToken.Store(false)
	return nil
}

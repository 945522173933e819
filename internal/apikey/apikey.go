// Package apikey knows the names of environments, and the API keys that open them.
package apikey

import "strings"

// DefaultName is the environment that API keys open which name no other. It always exists.
const DefaultName = "default"

// The API keys. A key Prefix + NAME opens the environment of that name; live keys are refused.
const (
	Prefix     = "sk_env_"
	LivePrefix = "sk_live_"
	defaultKey = "sk_fake_default"
)

// NameRule says in words which names IsName accepts.
const NameRule = "1 to 64 letters, digits, dashes, dots or underscores, first a letter or digit"

// IsName reports whether an environment can have a name.
func IsName(name string) bool {
	for i, r := range name {
		isAlphanumeric := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !isAlphanumeric && (i == 0 || !strings.ContainsRune("-._", r)) {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}

// Of returns an API key that opens the environment of a name.
func Of(name string) string {
	if name == DefaultName {
		return defaultKey
	}
	return Prefix + name
}

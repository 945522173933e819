// Package mint makes ids and tokens. They derive from the seed, the environment, what they name and a
// generation, and from nothing else: the same four give the same text in every run.
package mint

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/brianvoe/gofakeit/v6"
)

// Mint makes what one environment hands out. It is safe for concurrent use.
type Mint struct {
	seed        int64
	environment string
	tag         string
}

// New returns the mint of an environment.
func New(seed int64, environment string) Mint {
	m := Mint{seed: seed, environment: environment}
	m.tag = m.faker("tag").DigitN(tagLength)
	return m
}

// tagLength is how many digits of a tag stand at the beginning of what a token, consent page or connect code has of its
// own. Two environments can have the same tag.
const tagLength = 8

// Tag returns the digits by which the tokens, consent pages and connect codes of the environment are recognized, so that
// a call that carries one but no API key finds its environment without asking all of them.
func (m Mint) Tag() string { return m.tag }

// TagOf returns the tag of a token, the opaque part of a consent page's address, or a connect code. It is empty for a
// text that was not made here.
func TagOf(text string) string {
	if at := strings.LastIndex(text, "fake_"); at >= 0 {
		text = text[at+len("fake_"):]
	}
	if len(text) != 24 || strings.Trim(text[:tagLength], "0123456789") != "" {
		return ""
	}
	return text[:tagLength]
}

// Token is the access token of a connection: it begins as the provider's do, says that it is fake, and
// is of no shape that secret scanners look for. A refresh or a new consent raises the generation. The
// compatibility connection is number 0 of its owner's, standard ones count from one.
func (m Mint) Token(provider, user, organization string, number, generation int) string {
	names := []string{"token", provider, user, organization, strconv.Itoa(generation)}
	if number > 0 {
		names = append(names, strconv.Itoa(number))
	}
	return prefix(provider) + m.tag + m.faker(names...).DigitN(24-tagLength)
}

// APIKey is the key of a connection that has one.
func (m Mint) APIKey(provider, user, organization string, number, generation int) string {
	names := []string{"key", provider, user, organization, strconv.Itoa(number), strconv.Itoa(generation)}
	return "key_fake_" + m.tag + m.faker(names...).DigitN(24-tagLength)
}

// Client is the OAuth client of what the names name.
func (m Mint) Client(names ...string) (id, secret string) {
	faker := m.faker(append([]string{"client"}, names...)...)
	return "client_fake_" + faker.DigitN(16), "secret_fake_" + faker.DigitN(24)
}

// ID is the id of an object: a prefix, and 26 characters that look like a ULID (source: spec).
func (m Mint) ID(prefix string, generation int, names ...string) string {
	return prefix + "_" + m.letters(26, append([]string{prefix, strconv.Itoa(generation)}, names...)...)
}

// Account is the id of a connection. A deletion raises the generation.
func (m Mint) Account(provider, user, organization string, number, generation int) string {
	return m.ID("data_installation", generation, provider, user, organization, strconv.Itoa(number))
}

// Endpoint is the id and the secret of an environment's nth webhook endpoint.
func (m Mint) Endpoint(n uint64) (id, secret string) {
	number := strconv.FormatUint(n, 10)
	return m.ID("we", 0, number), "whsec_fake_" + m.faker("whsec", number).DigitN(24)
}

// Authorization returns the part of a consent page's address that nobody must guess, 24 characters (source: spec's
// example), and the state that the application knows the authorization by. With a secret of NewSecret they cannot be
// guessed; without one they derive from the seed like everything else.
func (m Mint) Authorization(secret, provider, user, organization string, n int) (opaque, state string) {
	number := strconv.Itoa(n)
	if secret == "" {
		return m.tag + m.letters(24-tagLength, "authorize", provider, user, organization, number),
			m.letters(24, "state", provider, user, organization, number)
	}
	derive := func(what string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		for _, name := range []string{m.environment, what, provider, user, organization, number} {
			fmt.Fprintf(mac, "%d:%s", len(name), name)
		}
		text := make([]byte, 24)
		for i, b := range mac.Sum(nil)[:len(text)] {
			text[i] = letters[b%32]
		}
		return string(text)
	}
	return m.tag + derive("authorize")[tagLength:], derive("state")
}

// NewSecret returns a text that nobody can guess, for Authorization. It is the one thing here that does not derive from
// the seed: whoever guesses the address of a consent page can decide it.
func NewSecret() string {
	return rand.Text()
}

// ConnectCode is what the application finishes an authorization with.
func (m Mint) ConnectCode(opaque string) string {
	return "connect_fake_" + m.tag + m.letters(24-tagLength, "connect_code", opaque)
}

// EventID is the id of an environment's nth event. It ends with n, so that EventCount finds it again.
func (m Mint) EventID(n uint64) string {
	id := []byte("event_" + m.letters(26, "event"))
	for i := range countDigits {
		id[len(id)-1-i] = letters[n>>(5*i)%32]
	}
	return string(id)
}

const countDigits = 8

// EventCount is the n of an EventID.
func (m Mint) EventCount(id string) (n uint64, ok bool) {
	for i := max(0, len(id)-countDigits); i < len(id); i++ {
		n = n<<5 + uint64(max(0, strings.IndexByte(letters, id[i])))
	}
	return n, n > 0 && m.EventID(n) == id
}

// Fraction is a number from 0 to below 1 that chance stands for.
func (m Mint) Fraction(names ...string) float64 { return m.faker(names...).Rand.Float64() }

// letters are those of a ULID: Crockford's base 32.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func (m Mint) letters(n int, names ...string) string {
	faker := m.faker(names...)
	text := make([]byte, n)
	for i := range text {
		text[i] = letters[faker.Rand.Int63()%32]
	}
	text[0] = letters[faker.Rand.Int63()%8] // a ULID fits in 128 bits
	return string(text)
}

// RequestID numbers the requests of an environment.
func RequestID(environment string, n uint64) string {
	id := make([]byte, 0, 32)
	id = append(append(append(id, "req_"...), environment...), '_')
	for width := uint64(100_000); n < width && width > 1; width /= 10 {
		id = append(id, '0')
	}
	return string(strconv.AppendUint(id, n, 10))
}

func (m Mint) faker(names ...string) *gofakeit.Faker {
	h := fnv.New64a()
	number := func(n uint64) {
		var bytes [8]byte
		binary.LittleEndian.PutUint64(bytes[:], n)
		h.Write(bytes[:])
	}
	number(uint64(m.seed))
	for _, name := range append([]string{m.environment}, names...) {
		number(uint64(len(name)))
		h.Write([]byte(name))
	}
	source := splitMix(h.Sum64())
	return gofakeit.NewCustom(&source)
}

// splitMix is the SplitMix64 generator. math/rand's own source takes ten microseconds to seed, and
// every token has a seed of its own.
type splitMix uint64

func (s *splitMix) Uint64() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (s *splitMix) Int63() int64    { return int64(s.Uint64() >> 1) }
func (s *splitMix) Seed(seed int64) { *s = splitMix(seed) }

// prefix is how the provider's tokens begin (source: spec's examples and providers' conventions), broken
// off by "fake" and a character that ends what a scanner takes for a secret.
func prefix(provider string) string {
	switch provider {
	case "github":
		return "gho_fake_"
	case "slack":
		return "xoxb-fake_"
	case "linear":
		return "lin_oauth_fake_"
	case "dropbox":
		return "sl.~fake_"
	case "gmail", "google", "google-calendar", "google-drive":
		return "ya29.~fake_"
	case "notion":
		return "ntn_fake_"
	case "salesforce":
		return "00D_fake_"
	case "microsoft", "microsoft-onedrive", "microsoft-onenote", "microsoft-outlook", "microsoft-outlook-calendar",
		"microsoft-sharepoint", "microsoft-teams", "microsoft-todo":
		return "eyJ_fake_"
	}
	return "fake_"
}

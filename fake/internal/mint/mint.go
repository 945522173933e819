// Package mint makes ids, tokens and random numbers. They derive from the seed, the environment, the names of what they
// are for and a generation, and from nothing else: the same four give the same text in every run.
package mint

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"github.com/brianvoe/gofakeit/v6"
)

// Mint makes the ids and tokens of one environment. It is safe for concurrent use.
type Mint struct {
	environment string
	hash        fnv1a // of the seed and the environment
	tag         string
}

// New returns the mint of an environment.
func New(seed int64, environment string) Mint {
	m := Mint{environment: environment, hash: newHash().withNumber(uint64(seed)).withName(environment)}
	m.tag = m.faker("tag").DigitN(tagLength)
	return m
}

// tagLength is how many digits a tag has, and uniqueLength how many characters a token, the address of a consent page
// or a connect code has behind its prefix. They begin with the tag. Two environments can have the same tag.
const (
	tagLength    = 8
	uniqueLength = 24
)

// Tag returns the digits that the tokens, consent pages and connect codes of the environment have in common. By them, a
// call that carries one but no API key finds its environment without asking all of them.
func (m Mint) Tag() string { return m.tag }

// TagOf returns the tag of a token, the opaque part of a consent page's address, or a connect code. It returns the
// empty string for a text that no Mint made.
func TagOf(text string) string {
	if at := strings.LastIndex(text, "fake_"); at >= 0 {
		text = text[at+len("fake_"):]
	}
	if len(text) != uniqueLength || strings.Trim(text[:tagLength], "0123456789") != "" {
		return ""
	}
	return text[:tagLength]
}

// Token returns the access token of a connection. It begins like the provider's tokens, says that it is fake, and looks
// like nothing that secret scanners search for. A refresh or a new consent increments the generation. The compatibility
// connection of an owner has number 0; standard connections count from one.
func (m Mint) Token(provider, user, organization string, number, generation int) string {
	names := [...]string{"token", provider, user, organization, strconv.Itoa(generation), strconv.Itoa(number)}
	count := len(names)
	if number == 0 {
		count--
	}
	return m.withTag(prefix(provider), m.source(names[:count]...))
}

// withTag returns a token: a prefix, the tag, and random digits. The digits are those of gofakeit's DigitN, which takes
// five times as long, because each first call for a connection waits for its token.
func (m Mint) withTag(prefix string, source splitMix) string {
	token := make([]byte, 0, 64)
	token = append(append(token, prefix...), m.tag...)
	for range uniqueLength - tagLength {
		token = append(token, '0'+source.digit())
	}
	return string(token)
}

// APIKey returns the API key of a connection.
func (m Mint) APIKey(provider, user, organization string, number, generation int) string {
	names := []string{"key", provider, user, organization, strconv.Itoa(number), strconv.Itoa(generation)}
	return m.withTag("key_fake_", m.source(names...))
}

// Client returns the OAuth client of the thing that has the names.
func (m Mint) Client(names ...string) (id, secret string) {
	faker := m.faker(append([]string{"client"}, names...)...)
	return "client_fake_" + faker.DigitN(16), "secret_fake_" + faker.DigitN(24)
}

// ID returns the id of an object: a prefix, and 26 characters that look like a ULID (source: spec).
func (m Mint) ID(prefix string, generation int, names ...string) string {
	return prefix + "_" + m.letters(26, append([]string{prefix, strconv.Itoa(generation)}, names...)...)
}

// Account returns the id of a connection. A deletion increments the generation.
func (m Mint) Account(provider, user, organization string, number, generation int) string {
	return m.ID("data_installation", generation, provider, user, organization, strconv.Itoa(number))
}

// Endpoint returns the id and the secret of the nth webhook endpoint of the environment.
func (m Mint) Endpoint(n uint64) (id, secret string) {
	number := strconv.FormatUint(n, 10)
	return m.ID("we", 0, number), "whsec_fake_" + m.faker("whsec", number).DigitN(24)
}

// Authorization returns the opaque part of a consent page's address, which has 24 characters (source: spec's example),
// and the state by which the application knows the authorization. With a secret of NewSecret they cannot be guessed.
// Without one they derive from the seed like everything else.
func (m Mint) Authorization(secret, provider, user, organization string, n int) (opaque, state string) {
	number := strconv.Itoa(n)
	if secret == "" {
		return m.tag + m.letters(uniqueLength-tagLength, "authorize", provider, user, organization, number),
			m.letters(uniqueLength, "state", provider, user, organization, number)
	}
	derive := func(what string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		for _, name := range []string{m.environment, what, provider, user, organization, number} {
			fmt.Fprintf(mac, "%d:%s", len(name), name)
		}
		text := make([]byte, uniqueLength)
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

// ConnectCode returns the code by which the application finishes an authorization.
func (m Mint) ConnectCode(opaque string) string {
	return "connect_fake_" + m.tag + m.letters(uniqueLength-tagLength, "connect_code", opaque)
}

// EventID returns the id of the nth event of the environment. It ends with n, so that EventCount can read it.
func (m Mint) EventID(n uint64) string {
	id := []byte("event_" + m.letters(26, "event"))
	for i := range countDigits {
		id[len(id)-1-i] = letters[n>>(5*i)%32]
	}
	return string(id)
}

// countDigits is how many characters of an event's id are its number.
const countDigits = 8

// EventCount returns the n of an EventID, and whether the id is one of the environment.
func (m Mint) EventCount(id string) (n uint64, ok bool) {
	for i := max(0, len(id)-countDigits); i < len(id); i++ {
		n = n<<5 + uint64(max(0, strings.IndexByte(letters, id[i])))
	}
	return n, n > 0 && m.EventID(n) == id
}

// Fraction returns a random number of at least 0 and below 1.
func (m Mint) Fraction(names ...string) float64 { return m.faker(names...).Rand.Float64() }

// letters are the characters of a ULID: Crockford's base 32.
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

// RequestID returns the id of the nth request of an environment.
func RequestID(environment string, n uint64) string {
	id := make([]byte, 0, 32)
	id = append(append(append(id, "req_"...), environment...), '_')
	for width := uint64(100_000); n < width && width > 1; width /= 10 {
		id = append(id, '0')
	}
	return string(strconv.AppendUint(id, n, 10))
}

// faker returns a source of random values that derives from the seed, the environment and the names. The length of each
// name is part of the seed, so that ("a", "bc") and ("ab", "c") differ.
func (m Mint) faker(names ...string) *gofakeit.Faker {
	source := m.source(names...)
	return gofakeit.NewCustom(&source)
}

func (m Mint) source(names ...string) splitMix {
	hash := m.hash
	for _, name := range names {
		hash = hash.withName(name)
	}
	return splitMix(hash)
}

// splitMix is the SplitMix64 generator. The source of math/rand takes ten microseconds to seed, and every token has a
// seed of its own.
type splitMix uint64

func (s *splitMix) Uint64() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// digit returns a random digit, which is that of Intn(10) in math/rand.
func (s *splitMix) digit() byte {
	const tooLarge = 1<<31 - 1<<31%10 // from here on, digits would not be equally likely
	for {
		if n := s.Int63() >> 32; n < tooLarge {
			return byte(n % 10)
		}
	}
}

func (s *splitMix) Int63() int64    { return int64(s.Uint64() >> 1) }
func (s *splitMix) Seed(seed int64) { *s = splitMix(seed) }

// prefix returns how the tokens of a provider begin (source: spec's examples and providers' conventions). It ends with
// "fake" and a character that secret scanners do not expect in a token.
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

// Package mint makes ids and tokens. They derive from the seed, the environment, what they name and a
// generation, and from nothing else: the same four give the same text in every run.
package mint

import (
	"encoding/binary"
	"hash/fnv"
	"strconv"

	"github.com/brianvoe/gofakeit/v6"
)

// Mint makes what one environment hands out. It is safe for concurrent use.
type Mint struct {
	seed        int64
	environment string
}

// New is the mint of an environment.
func New(seed int64, environment string) Mint { return Mint{seed, environment} }

// Token is the access token of a connection: it begins as the provider's do, says that it is fake, and
// is of no shape that secret scanners look for. A refresh or a new consent raises the generation.
func (m Mint) Token(provider, user, organization string, generation int) string {
	faker := m.faker("token", provider, user, organization, strconv.Itoa(generation))
	return prefix(provider) + faker.DigitN(24)
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

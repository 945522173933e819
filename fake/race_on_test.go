//go:build race

package fake_test

// underRace is by how much the tests of concurrent calls are shorter with the race detector, which needs only a few
// rounds to see a race, and makes each take ten times as long.
const underRace = 10

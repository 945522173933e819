//go:build !race

package fake_test

const underRace = 1

package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// portOwner names the process that listens on a TCP port of this machine, as in "node (process 4242)". It returns ""
// if that cannot be known, such as for a process of another user.
func portOwner(port int) string {
	inodes := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(table)
		listeningInodes(string(text), port, inodes)
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !inodes[target] {
			continue
		}
		process := strings.Split(link, "/")[2]
		name, _ := os.ReadFile("/proc/" + process + "/comm")
		return fmt.Sprintf("%s (process %s)", printable(strings.TrimSpace(string(name))), process)
	}
	return ""
}

// listeningInodes adds the sockets that listen on a port, as in "socket:[4711]", from the text of /proc/net/tcp.
func listeningInodes(table string, port int, inodes map[string]bool) {
	const listening = "0A"
	for line := range strings.Lines(table) {
		columns := strings.Fields(line)
		if len(columns) < 10 || columns[3] != listening {
			continue
		}
		_, hex, _ := strings.Cut(columns[1], ":")
		if n, err := strconv.ParseUint(hex, 16, 16); err == nil && int(n) == port {
			inodes["socket:["+columns[9]+"]"] = true
		}
	}
}

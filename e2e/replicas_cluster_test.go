package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// cluster is a Redis, replicas that share it, and an nginx that spreads calls over them.
type cluster struct {
	t        *testing.T
	folder   string
	url      string // of nginx
	store    string // for --state
	redis    *process
	replicas []*replica
}

// process is a program that runs until the test ends.
type process struct {
	name, path string
	args       []string
	folder     string
	output     *lockedBuffer

	mu      sync.Mutex
	command *exec.Cmd
	ended   chan struct{} // closed once the command has ended
}

// replica is a server of a cluster.
type replica struct {
	process
	url string
}

// lockedBuffer is a buffer that a process writes to while a test reads it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// startCluster starts everything on the loopback interface. Each replica gets the arguments.
func startCluster(t *testing.T, replicas int, args ...string) *cluster {
	t.Helper()
	c := startStore(t)
	for range replicas {
		c.add(args...)
	}
	c.startProxy()
	return c
}

// startStore starts a cluster that has no replicas yet.
func startStore(t *testing.T) *cluster {
	t.Helper()
	for _, name := range []string{"redis-server", "nginx"} {
		if _, err := lookPath(name); err != nil {
			t.Skipf("%s is not installed: e2e/setup.sh does that", name)
		}
	}
	c := &cluster{t: t, folder: t.TempDir()}
	port := freePort(t)
	c.store = fmt.Sprintf("redis://127.0.0.1:%d/0", port)
	path, _ := lookPath("redis-server")
	c.redis = &process{name: "redis", path: path, folder: c.folder, args: []string{
		"--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", c.folder,
		"--save", "", "--appendonly", "yes", "--appendfsync", "always",
	}}
	c.redis.start(t)
	c.redis.closeAtEnd(t)
	c.await("redis", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return c
}

// lookPath finds a program, also where Debian puts those for administrators.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + name)
	}
	return path, err
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// add starts one more replica, which nginx does not know unless it is started later.
func (c *cluster) add(args ...string) *replica {
	c.t.Helper()
	path, err := binary()
	if err != nil {
		c.t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", freePort(c.t))
	one := &replica{url: "http://" + address, process: process{
		name: fmt.Sprintf("replica %d", len(c.replicas)), path: path, folder: c.t.TempDir(),
		args: append([]string{"serve", "--addr", address, "--log", "json", "--state", c.store}, args...),
	}}
	c.replicas = append(c.replicas, one)
	one.start(c.t)
	one.closeAtEnd(c.t)
	c.awaitReady(one)
	c.t.Cleanup(func() {
		for _, sign := range []string{"DATA RACE", `"msg":"panic"`} {
			if strings.Contains(one.output.String(), sign) {
				c.t.Errorf("%s wrote %s:\n%s", one.name, sign, one.output.String())
			}
		}
		if c.t.Failed() {
			c.t.Logf("%s at %s wrote:\n%s", one.name, one.url, tail(one.output.String()))
		}
	})
	return one
}

func tail(text string) string {
	const most = 5000
	return text[max(0, len(text)-most):]
}

// awaitReady waits until a replica says that it can serve.
func (c *cluster) awaitReady(one *replica) {
	c.t.Helper()
	c.await(one.name, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, one.url+"/health", nil)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// await polls until something is so.
func (c *cluster) await(what string, isSo func() bool) {
	c.t.Helper()
	for end := time.Now().Add(30 * time.Second); !isSo(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// nginxConfig passes calls on round robin, and those of a replica that refuses connections to the next.
const nginxConfig = `
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
worker_processes 1;
events { worker_connections 4096; }
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	upstream replicas { %[3]s keepalive 64; }
	server {
		listen 127.0.0.1:%[2]d;
		location / {
			proxy_pass http://replicas;
			proxy_next_upstream error timeout non_idempotent; # POST, too
			proxy_connect_timeout 500ms;
			proxy_read_timeout 1h;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
			proxy_set_header Host $http_host;
			proxy_buffering off;
		}
	}
}
`

func (c *cluster) startProxy() {
	c.t.Helper()
	var servers strings.Builder
	for _, one := range c.replicas {
		fmt.Fprintf(&servers, "server %s max_fails=0; ", strings.TrimPrefix(one.url, "http://"))
	}
	port := freePort(c.t)
	config := filepath.Join(c.folder, "nginx.conf")
	text := fmt.Sprintf(nginxConfig, c.folder, port, servers.String())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	path, _ := lookPath("nginx")
	proxy := &process{name: "nginx", path: path, folder: c.folder, args: []string{"-c", config, "-e", "stderr"}}
	proxy.start(c.t)
	proxy.closeAtEnd(c.t)
	c.t.Cleanup(func() {
		if text, err := os.ReadFile(c.folder + "/nginx.log"); err == nil && c.t.Failed() {
			c.t.Logf("nginx wrote:\n%s", tail(string(text)))
		}
	})
	c.url = fmt.Sprintf("http://127.0.0.1:%d", port)
	c.await("nginx", func() bool {
		response, err := http.Get(c.url + "/health")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

func (p *process) start(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.output == nil {
		p.output = new(lockedBuffer)
	}
	p.command = exec.Command(p.path, p.args...)
	p.command.Dir, p.command.Env = p.folder, []string{}
	p.command.Stdout, p.command.Stderr = p.output, p.output
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	p.ended = ended
	go func(command *exec.Cmd) {
		_ = command.Wait()
		close(ended)
	}(p.command)
}

func (p *process) closeAtEnd(t *testing.T) {
	t.Cleanup(func() {
		_ = p.command.Process.Signal(syscall.SIGCONT)
		_ = p.command.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.ended:
		case <-time.After(10 * time.Second):
			t.Errorf("%s does not end", p.name)
			_ = p.command.Process.Kill()
			<-p.ended
		}
	})
}

func (p *process) signal(signal syscall.Signal) { _ = p.command.Process.Signal(signal) }

// end sends a signal and waits until the process has ended.
func (p *process) end(signal syscall.Signal) {
	p.signal(signal)
	<-p.ended
}

// ownerOf returns the replica that owns an environment, or nil.
func (c *cluster) ownerOf(environment string) *replica {
	id := c.ask("HGET", "pipesfake:owners", environment)
	about := c.ask("HGET", "pipesfake:replica:"+id, "about")
	var announced struct{ URL string }
	_ = json.Unmarshal([]byte(about), &announced)
	for _, one := range c.replicas {
		if one.url == announced.URL {
			return one
		}
	}
	return nil
}

// ask makes a call to Redis whose reply is a string, and returns it; empty if there is none.
func (c *cluster) ask(command ...string) string {
	address := strings.TrimSuffix(strings.TrimPrefix(c.store, "redis://"), "/0")
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprintf(conn, "*%d\r\n", len(command))
	for _, word := range command {
		fmt.Fprintf(conn, "$%d\r\n%s\r\n", len(word), word)
	}
	var length int
	if _, err := fmt.Fscanf(conn, "$%d\r\n", &length); err != nil || length < 0 {
		return ""
	}
	text := make([]byte, length)
	for read := 0; read < length; {
		n, err := conn.Read(text[read:])
		if err != nil {
			return ""
		}
		read += n
	}
	return string(text)
}

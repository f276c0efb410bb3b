// Command pure-go looks names up again and again, logs what comes of it, and shows it on a page. It needs no cgo: its
// binary has Go's own resolver and no other.
package main

import (
	"context"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// result is what came of looking a name up, the last time.
type result struct {
	Name, Addresses, Error string
	Took                   time.Duration
}

var page = template.Must(template.New("page").Parse(`<!doctype html><html lang="en"><title>pure-go</title>
<h1>Lookups</h1><table><tr><th>name<th>addresses<th>error<th>took</tr>
{{range .}}<tr><td>{{.Name}}<td>{{.Addresses}}<td>{{.Error}}<td>{{.Took}}</tr>{{end}}</table>`))

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := logTo(os.Getenv("LOG")); err != nil {
		slog.Error("cannot log", "error", err)
		os.Exit(1)
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))

	var mu sync.Mutex
	results := map[string]result{}
	go every(ctx, 2*time.Second, func() {
		for _, name := range strings.Fields(os.Getenv("LOOKUP")) {
			r := lookUp(ctx, name)
			mu.Lock()
			results[name] = r
			mu.Unlock()
		}
	})

	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if err := page.Execute(w, results); err != nil {
			slog.Error("page", "error", err)
		}
	})
	serve(ctx, ":8080")
}

func lookUp(ctx context.Context, name string) result {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	begin := time.Now()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	r := result{Name: name, Addresses: strings.Join(addresses, " "), Took: time.Since(begin).Round(time.Millisecond)}
	if err != nil {
		r.Error = err.Error()
		slog.Error("lookup failed", "error", err, "took", r.Took.String())
		return r
	}
	slog.Info("looked up", "name", name, "addresses", r.Addresses, "took", r.Took.String())
	return r
}

// logTo puts a file in the place of standard error, for images without a shell to do it: what GODEBUG=netdns prints goes
// there, whichever logger a program has.
func logTo(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	return syscall.Dup3(int(file.Fd()), syscall.Stderr, 0)
}

func every(ctx context.Context, pause time.Duration, do func()) {
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// serve ends when the context does, and lets requests that run come to their end.
func serve(ctx context.Context, address string) {
	server := &http.Server{Addr: address, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(last)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		slog.Error("cannot serve", "error", err)
		os.Exit(1)
	}
}

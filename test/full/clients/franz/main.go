// What the test of other clients runs: writes standard input's lines to a topic, reads as many back in a group,
// and prints them. Everything about the cluster comes from what `kctl local start -o env` says.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func clusterOptions() []kgo.Opt {
	opts := []kgo.Opt{kgo.SeedBrokers(strings.Split(os.Getenv("KAFKA_BOOTSTRAP_SERVERS"), ",")...)}
	protocol := os.Getenv("KAFKA_SECURITY_PROTOCOL")
	if strings.HasSuffix(protocol, "SSL") {
		pem, err := os.ReadFile(os.Getenv("KAFKA_SSL_CA_LOCATION"))
		check(err)
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		opts = append(opts, kgo.DialTLSConfig(&tls.Config{RootCAs: pool}))
	}
	if strings.HasPrefix(protocol, "SASL") {
		properties, err := os.ReadFile(os.Getenv("KAFKA_CLIENT_PROPERTIES"))
		check(err)
		user := os.Getenv("KAFKA_SASL_USERNAME")
		password := string(regexp.MustCompile(`password="([^"]*)"`).FindSubmatch(properties)[1])
		switch os.Getenv("KAFKA_SASL_MECHANISM") {
		case "SCRAM-SHA-256":
			opts = append(opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism()))
		case "SCRAM-SHA-512":
			opts = append(opts, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism()))
		default:
			opts = append(opts, kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism()))
		}
	}
	return opts
}

func main() {
	topic, group := os.Args[1], os.Args[2]
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	client, err := kgo.NewClient(append(clusterOptions(),
		kgo.DefaultProduceTopic(topic),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)...)
	check(err)
	defer client.Close()
	count := 0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); count++ {
		check(client.ProduceSync(ctx, kgo.StringRecord(lines.Text())).FirstErr())
	}
	for count > 0 {
		fetches := client.PollFetches(ctx)
		check(fetches.Err())
		fetches.EachRecord(func(record *kgo.Record) {
			fmt.Println(string(record.Value))
			count--
		})
	}
	check(client.CommitUncommittedOffsets(ctx))
}

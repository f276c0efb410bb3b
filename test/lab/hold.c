/*
 * Holds the packets of NFQUEUE 1 until so many are there, then lets them all go: so that two packets of a new flow are
 * both on their way before connection tracking has confirmed the first. What is alone goes after two seconds. Says a
 * line when it holds; ends when its standard input does.
 *
 *     hold 2
 */
#include <arpa/inet.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { QUEUE = 1, MOST = 64, ALONE_MS = 2000 };

static uint32_t held[MOST];
static int count;

static int hold(struct nfq_q_handle *queue, struct nfgenmsg *message, struct nfq_data *packet, void *data)
{
	(void)queue, (void)message, (void)data;
	held[count++] = ntohl(nfq_get_msg_packet_hdr(packet)->packet_id);
	return 0;
}

static void let_go(struct nfq_q_handle *queue)
{
	for (int i = 0; i < count; i++) nfq_set_verdict(queue, held[i], NF_ACCEPT, 0, NULL);
	count = 0;
}

int main(int argc, char **argv)
{
	int together = argc > 1 ? atoi(argv[1]) : 2;
	struct nfq_handle *handle = nfq_open();
	struct nfq_q_handle *queue = handle ? nfq_create_queue(handle, QUEUE, hold, NULL) : NULL;
	if (!queue || nfq_set_mode(queue, NFQNL_COPY_META, 0) < 0) {
		perror("NFQUEUE");
		return 1;
	}
	puts("holding");
	fflush(stdout);
	struct pollfd fds[] = {{.fd = nfq_fd(handle), .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
	for (;;) {
		if (poll(fds, 2, count > 0 ? ALONE_MS : -1) == 0) let_go(queue);
		if (fds[1].revents) return 0;
		if (!(fds[0].revents & POLLIN)) continue;
		char buffer[4096] __attribute__((aligned(8)));
		ssize_t length = read(fds[0].fd, buffer, sizeof buffer);
		if (length > 0) nfq_handle_packet(handle, buffer, (int)length);
		if (count >= together || count == MOST) let_go(queue);
	}
}

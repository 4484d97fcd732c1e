import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of a cluster on loopback: Node FOLDER NUMBER HTTP_PORT TRANSPORT_PORT…, the transport
 * ports being those of all nodes, in their order. It runs until it is killed. */
public class Node {
    public static void main(String[] args) throws Exception {
        int number = Integer.parseInt(args[1]);
        List<String> ports = List.of(args).subList(3, args.length);
        List<String> hosts = ports.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.toList());
        List<String> names = IntStream.range(0, ports.size())
            .mapToObj(Node::name).collect(Collectors.toList());
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((index, settings) -> {
            settings.put("node.name", name(number));
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", args[2]);
            settings.put("transport.port", ports.get(number));
            settings.put("discovery.type", "zen");
            settings.putList("discovery.seed_hosts", hosts);
            settings.putList("cluster.initial_cluster_manager_nodes", names);
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        });
        runner.build(OpenSearchRunner.newConfigs().clusterName("pressroom").numOfNode(1)
            .basePath(args[0]).useLogger());
        new CountDownLatch(1).await();
    }

    private static String name(int number) {
        return "node-" + number;
    }
}

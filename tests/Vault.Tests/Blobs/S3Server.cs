// SPDX-License-Identifier: Apache-2.0
using Hermetic.TestKit.Peers;
using Hermetic.Vault.Blobs;

namespace Hermetic.Vault.Tests.Blobs;

/// <summary>Tests on the S3 server share one, since it takes a while to come up.</summary>
[CollectionDefinition("s3")]
public sealed class S3Tests : ICollectionFixture<S3Server>
{
}

/// <summary>An S3 server that we did not write (s3rver), on loopback with a folder of its own.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private const string Bucket = "hermetic";

    private readonly string _folder = Directory.CreateTempSubdirectory("hermetic-s3-").FullName;
    private readonly LoopbackPorts _ports = LoopbackPorts.Reserve();
    private PeerProcess? _server;

    public S3Settings Settings => new()
    {
        Bucket = Bucket,
        Region = "us-east-1",
        Endpoint = new Uri($"http://127.0.0.1:{_ports.First}"),
        AccessKeyId = "S3RVER",
        SecretAccessKey = "S3RVER",
    };

    public async ValueTask InitializeAsync()
    {
        string program = Path.Combine(Root(), "artifacts/tools/s3rver/node_modules/s3rver/bin/s3rver.js");
        Assert.True(File.Exists(program), "s3rver is missing: ./test installs it (need_s3_peer in build/need.sh)");
        _server = PeerProcess.Start("node",
        [
            program, "--directory", _folder, "--address", "127.0.0.1", "--port", $"{_ports.First}",
            "--no-vhost-buckets", "--configure-bucket", Bucket,
        ],
        // Its continuation tokens use a cipher that OpenSSL 3 keeps in the legacy provider.
        environment: new Dictionary<string, string> { ["NODE_OPTIONS"] = "--openssl-legacy-provider" });
        // Generous: a loaded machine starts node slowly.
        for (int round = 0; round < 600 && !await AnswersAsync(); round++)
        {
            Assert.False(_server.HasExited, string.Join('\n', _server.Output));
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using S3Blobs blobs = await S3Blobs.OpenAsync(Settings with { RetriesMax = 0 }, CancellationToken.None);
            return true;
        }
        catch (BlobException e) when (e.Fault == BlobFault.Unavailable)
        {
            return false;
        }
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hermetic.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException("no Hermetic.slnx above " + AppContext.BaseDirectory);
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Hermetic.Protocol.T4;
using Hermetic.TestKit.Pages;
using Hermetic.TestKit.Peers.LibTiff;

namespace Hermetic.Benchmarks.Codec;

/// <summary>Our fax codecs against libtiff's: the same fine A4 pages, processor time of one thread, ours and theirs in
/// turn. A round's ratio is their time over ours for all pages together; the figure is the median of the
/// rounds.</summary>
internal sealed class CodecBench : IBench
{
    private const int Rounds = 31;
    private const int WarmUps = 60;

    private static readonly (FaxCompression Compression, string Name)[] Codecs =
        [(FaxCompression.Mmr, "t6"), (FaxCompression.Mr, "mr"), (FaxCompression.Mh, "mh")];

    public string Name => "codec";

    public string Summary => "T.6, MR and MH encode and decode against libtiff";

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        PageFormat format = new(FaxResolution.Fine, PageWidth.A4);
        (string, PageBitmap)[] pages =
        [
            ("text", SyntheticPage.Text(format, 1)), ("form", SyntheticPage.Form(format, 2)),
            ("grey", SyntheticPage.DitheredGrey(format, 3)),
        ];
        List<(string Name, double Ratio)> figures = [];
        Console.WriteLine("MB/s of raw page       ours  libtiff  ratio");
        foreach ((FaxCompression compression, string name) in Codecs)
        {
            List<CodecTrial> trials = [.. pages.Select(page => new CodecTrial(page.Item1, compression, page.Item2))];
            List<LibTiffPage> peers = [.. trials.Select(trial => trial.OpenPeerDecoder())];
            figures.Add(($"codec-{name}-decode", Compare($"{name} decode", trials,
                trial => trial.DecodeSeconds(), trial => trial.PeerDecodeSeconds(peers[trials.IndexOf(trial)]),
                cancellation)));
            figures.Add(($"codec-{name}-encode", Compare($"{name} encode", trials,
                trial => trial.EncodeSeconds(), trial => trial.PeerEncodeSeconds(), cancellation)));
            peers.ForEach(peer => peer.Dispose());
        }

        foreach ((string figure, double ratio) in figures)
        {
            Figure.Print(figure, ratio, "x", figure == "codec-t6-decode" ? 2.0 : 1.0);
        }

        return Task.FromResult(0);
    }

    private static double Compare(string what, List<CodecTrial> trials, Func<CodecTrial, double> ours,
        Func<CodecTrial, double> theirs, CancellationToken cancellation)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            trials.ForEach(trial => ours(trial));
        }

        double[][] own = [.. trials.Select(_ => new double[Rounds])];
        double[][] peer = [.. trials.Select(_ => new double[Rounds])];
        for (int round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < trials.Count; i++)
            {
                own[i][round] = ours(trials[i]);
                peer[i][round] = theirs(trials[i]);
            }
        }

        for (int i = 0; i < trials.Count; i++)
        {
            PrintRow($"{what} {trials[i].Material}", trials[i].Megabytes, own[i], peer[i]);
        }

        double[] ownSum = Sum(own);
        double[] peerSum = Sum(peer);
        PrintRow($"{what} all", trials.Sum(trial => trial.Megabytes), ownSum, peerSum);
        return Median([.. ownSum.Zip(peerSum, (mine, its) => its / mine)]);
    }

    private static void PrintRow(string what, double megabytes, double[] own, double[] peer) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-20} {megabytes / Median(own),6:0} {megabytes / Median(peer),8:0} "
            + $"{Median(peer) / Median(own),6:0.00}"));

    private static double[] Sum(double[][] rounds) =>
        [.. Enumerable.Range(0, Rounds).Select(round => rounds.Sum(trial => trial[round]))];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

# What the test files share; each dot-sources it in BeforeAll. They run in PowerShell 7.6 with Pester 5:
#
#     dotnet build
#     Invoke-Pester tests/Pester
#
# The module is the newest build under out/, or the manifest that $env:SCALETEST_MODULE names.

$ErrorActionPreference = 'Stop'

# The order is a contract: it is what Export-Csv writes, and what -OutFile writes.
$OperationColumns = @(
    'RunId', 'Worker', 'Sequence', 'Operation', 'Resource', 'Namespace', 'Name', 'Phase', 'Outcome', 'Succeeded', 'StatusCode',
    'Reason', 'Error', 'Attempts', 'Scheduled', 'Launched', 'Sent', 'Finished', 'ScheduledUnixMicroseconds',
    'LaunchedUnixMicroseconds', 'SentUnixMicroseconds', 'FinishedUnixMicroseconds', 'PacerDelayMs', 'ConnectionWaitMs',
    'ServiceMs', 'ResponseMs', 'Server', 'Connection', 'StreamsInFlight', 'RequestBytes', 'ResponseBytes', 'ResourceVersion',
    'Uid', 'RetryAfter', 'FlowSchemaUid', 'PriorityLevelUid', 'AuditId')

function Get-BuiltManifest {
    if ($env:SCALETEST_MODULE) {
        if (-not (Test-Path -LiteralPath $env:SCALETEST_MODULE -PathType Leaf)) {
            throw "SCALETEST_MODULE names '$env:SCALETEST_MODULE', which is no file: it must name a built K8sScaleTest.psd1."
        }

        return (Resolve-Path -LiteralPath $env:SCALETEST_MODULE).ProviderPath
    }

    $out = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..', 'out'))
    $newest = Get-ChildItem -Path "$out/*/K8sScaleTest/*/K8sScaleTest.dll" -ErrorAction Ignore |
        Sort-Object -Property LastWriteTimeUtc -Descending |
        Select-Object -First 1
    if (-not $newest) { throw "The module is not built: nothing under '$out'. Run 'dotnet build', or name a built manifest in SCALETEST_MODULE." }
    Join-Path $newest.DirectoryName 'K8sScaleTest.psd1'
}

function Import-BuiltModule {
    Import-Module -Name (Get-BuiltManifest) -Force -Global
}

# What a kubeconfig of the local API server says, for looking at the server without the module, and for making broken ones.
function Read-Kubeconfig([string] $Path) {
    $text = Get-Content -Raw -LiteralPath $Path
    $value = { param($key) if ($text -match "(?m)""?\b$key""?:\s*""?([^""\s,}]+)") { $Matches[1] } else { throw "'$Path' has no $key." } }
    [pscustomobject]@{
        Server = & $value 'server'
        Token = & $value 'token'
        Authority = & $value 'certificate-authority-data'
    }
}

function New-Kubeconfig([string] $Path, [string] $Server, [string] $Token = 'none', [string] $Authority) {
    $authorityLine = if ($Authority) { "certificate-authority-data: $Authority" } else { '# no authority of its own' }
    Set-Content -LiteralPath $Path -Value @"
apiVersion: v1
kind: Config
clusters:
- name: cluster-of-tests
  cluster:
    server: $Server
    $authorityLine
users:
- name: user-of-tests
  user:
    token: $Token
contexts:
- name: first-of-tests
  context: {cluster: cluster-of-tests, user: user-of-tests}
- name: second-of-tests
  context: {cluster: cluster-of-tests, user: user-of-tests, namespace: default}
current-context: first-of-tests
"@
    $Path
}

# The objects of a kind as the server has them: asked for without the module, so that it cannot agree with itself.
function Get-ServerObject($Server, [string] $Resource = 'configmaps', [string] $Namespace = 'scaletest', [string] $Selector = 'purpose=scaletest') {
    $config = Read-Kubeconfig $Server.Kubeconfig
    $root = if ($Resource -eq 'flunders') { '/apis/wardle.example.com/v1beta1' } else { '/api/v1' }
    $uri = "$($config.Server.TrimEnd('/'))$root/namespaces/$Namespace/$($Resource)?labelSelector=$([uri]::EscapeDataString($Selector))"
    $list = Invoke-RestMethod -Uri $uri -Headers @{ Authorization = "Bearer $($config.Token)" } -SkipCertificateCheck -NoProxy
    $list.items
}

# A watch that stays open: what a server must not wait for when it ends.
function Open-Watch($Server) {
    $config = Read-Kubeconfig $Server.Kubeconfig
    $handler = [Net.Http.HttpClientHandler]::new()
    $handler.ServerCertificateCustomValidationCallback = [Net.Http.HttpClientHandler]::DangerousAcceptAnyServerCertificateValidator
    $client = [Net.Http.HttpClient]::new($handler)
    $client.DefaultRequestHeaders.Add('Authorization', "Bearer $($config.Token)")
    $stream = $client.GetStreamAsync("$($config.Server.TrimEnd('/'))/api/v1/namespaces?watch=1").GetAwaiter().GetResult()
    # The first event shows that it is open. Whoever has the client has the stream: collected as garbage, it would close the watch.
    $reader = [IO.StreamReader]::new($stream)
    $null = $reader.ReadLine()
    $client | Add-Member -NotePropertyName Reader -NotePropertyValue $reader -PassThru
}

function Test-Running([int] $Id) {
    $null -ne (Get-Process -Id $Id -ErrorAction Ignore)
}

function Wait-Until([scriptblock] $Condition, [string] $What, [int] $TimeoutSeconds = 60) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $TimeoutSeconds) { throw "Not within $TimeoutSeconds s: $What." }
        Start-Sleep -Milliseconds 50
    }
}

# A PowerShell of its own with the module imported, for what ends a process or takes its standard output.
function Start-Child([scriptblock] $Script, [string[]] $Arguments = @(), [switch] $OwnGroup) {
    $file = Join-Path $TestDrive "child-$([guid]::NewGuid().ToString('n')).ps1"
    Set-Content -LiteralPath $file -Value "Import-Module -Name '$(Get-BuiltManifest)'`n& {$Script} @args"
    $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    if ($OwnGroup) {
        $start.FileName = 'setsid'
        $start.ArgumentList.Add([Environment]::ProcessPath)
    }

    foreach ($argument in @('-NoProfile', '-NonInteractive', '-File', $file) + $Arguments) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.Environment['NO_COLOR'] = '1'
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    [pscustomobject]@{
        Process = $process
        Output = $process.StandardOutput.ReadToEndAsync()
        Error = $process.StandardError.ReadToEndAsync()
    }
}

function Send-Signal($Child, [string] $Signal, [switch] $Group) {
    $target = if ($Group) { "-$($Child.Process.Id)" } else { $Child.Process.Id }
    & /bin/sh -c "kill -s $Signal -- $target"
    if ($LASTEXITCODE -ne 0) { throw "SIG$Signal could not be sent to $target." }
}

function Wait-Child($Child, [int] $TimeoutSeconds = 90) {
    if (-not $Child.Process.WaitForExit($TimeoutSeconds * 1000)) {
        $Child.Process.Kill($true)
        throw "The child has not ended within $TimeoutSeconds s. Its output: $($Child.Output.Result) $($Child.Error.Result)"
    }

    [pscustomobject]@{ ExitCode = $Child.Process.ExitCode; Output = $Child.Output.Result; Error = $Child.Error.Result }
}

# Runs something under another culture. A culture that this machine does not know would make the test say nothing.
function Invoke-WithCulture([string] $Culture, [scriptblock] $Script) {
    $before = [cultureinfo]::CurrentCulture
    try {
        [cultureinfo]::CurrentCulture = $Culture
        if ($Culture -eq 'de-DE' -and (1.5).ToString() -ne '1,5') { throw "This machine does not know $Culture (globalization-invariant mode?)." }
        & $Script
    }
    finally {
        [cultureinfo]::CurrentCulture = $before
    }
}

# Takes connections and never answers: .Pending() tells whether anybody tried.
function Start-SilentServer {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $listener
}

# A port that nobody listens on.
function Get-ClosedPort {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $port = $listener.LocalEndpoint.Port
    $listener.Stop()
    $port
}
